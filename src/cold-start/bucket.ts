import { ToolError } from '../core/failures.ts';
import { awsFailure, isRefusal } from './aws-failure.ts';

/** Where a package lies that is too large for direct upload. */
export interface StagedCode {
  readonly S3Bucket: string;
  readonly S3Key: string;
}

/** A package in a bucket of the person's, until Lambda has copied it. */
export interface Staged extends AsyncDisposable {
  readonly code: StagedCode;
}

export interface StageOptions {
  readonly bucket: string;
  /** The scratch function's name: one object for each. */
  readonly name: string;
  readonly zip: Uint8Array;
  readonly signal: AbortSignal;
  /** Told what could not be deleted. */
  readonly onRemains: (name: string, reason: string) => void;
}

/** What a bucket's lifecycle rule can be held to. */
const PREFIX = 'coldgate/';
const ATTEMPTS = 6;
/** Deleting goes on after the run was cancelled: this long. */
const DELETE_LIMIT = 30_000;

/**
 * Puts a package into a bucket, for Lambda to take it from there; disposing deletes the object. Region, credentials and endpoint by the SDK's
 * standard chain; its client is loaded here, for few packages are above 50 MB. A ToolError names the action and the object.
 */
export async function stagePackage({ bucket, name, zip, signal, onRemains }: StageOptions): Promise<Staged> {
  const { S3Client, PutObjectCommand, DeleteObjectCommand } = await import('@aws-sdk/client-s3');
  const client = new S3Client({ maxAttempts: ATTEMPTS });
  const key = `${PREFIX}${name}.zip`;
  const object = { Bucket: bucket, Key: key };
  const remove = async (): Promise<void> => {
    try {
      await client.send(new DeleteObjectCommand(object), { abortSignal: AbortSignal.timeout(DELETE_LIMIT) });
    } catch (error) {
      onRemains(`s3://${bucket}/${key}`, awsFailure(error, { action: 's3:DeleteObject', resource: key }).message);
    } finally {
      client.destroy();
    }
  };
  try {
    await client.send(new PutObjectCommand({ ...object, Body: zip, ContentType: 'application/zip' }), { abortSignal: signal });
  } catch (error) {
    // A refusal has put nothing there; whatever else happened may have.
    if (isRefusal(error) && !signal.aborted) client.destroy();
    else await remove();
    if (error instanceof ToolError) throw error;
    throw awsFailure(error, { action: 's3:PutObject', resource: `arn:aws:s3:::${bucket}/${key}` });
  }
  return { code: { S3Bucket: bucket, S3Key: key }, [Symbol.asyncDispose]: remove };
}
