import { createHash } from 'node:crypto';
import type { Answer, Received } from './server.ts';

/** The part of Azure's blob store that the toolkits use: whole and block uploads, properties, whole and range reads. */
export class Blobs {
  readonly #blobs = new Map<string, Buffer>();
  readonly #blocks = new Map<string, Buffer>();

  read(name: string): Buffer | undefined {
    return this.#blobs.get(name);
  }

  answer(name: string, request: Received): Answer {
    const { method, query, bytes } = request;
    if (method === 'PUT') return this.#put(name, query, bytes);
    const blob = this.#blobs.get(name);
    if (blob === undefined) return { status: 404, headers: { 'x-ms-error-code': 'BlobNotFound' } };
    const headers = {
      ...this.#headers(),
      'content-type': 'application/zip',
      'content-disposition': 'attachment; filename="artifact.zip"',
      'accept-ranges': 'bytes',
      'x-ms-blob-type': 'BlockBlob',
    };
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers['x-ms-range'] ?? request.headers.range ?? '');
    if (range === null)
      return { status: 200, headers: { ...headers, 'content-md5': createHash('md5').update(blob).digest('base64') }, body: blob };
    const from = Number(range[1]);
    const to = range[2] === '' ? blob.length - 1 : Math.min(Number(range[2]), blob.length - 1);
    if (from > to) return { status: 416, headers: { 'content-range': `bytes */${blob.length}`, 'x-ms-error-code': 'InvalidRange' } };
    return {
      status: 206,
      headers: { ...headers, 'content-range': `bytes ${from}-${to}/${blob.length}` },
      body: blob.subarray(from, to + 1),
    };
  }

  #put(name: string, query: URLSearchParams, bytes: Buffer): Answer {
    const created = { status: 201, headers: this.#headers() };
    switch (query.get('comp')) {
      case 'block':
        this.#blocks.set(`${name}/${query.get('blockid')}`, bytes);
        return created;
      case 'blocklist': {
        const ids = [...bytes.toString().matchAll(/<(?:Latest|Uncommitted)>([^<]+)</g)].map((match) => match[1]);
        const blocks = ids.flatMap((id) => this.#blocks.get(`${name}/${id}`) ?? []);
        if (blocks.length !== ids.length) return { status: 400, headers: { 'x-ms-error-code': 'InvalidBlockList' } };
        this.#blobs.set(name, Buffer.concat(blocks));
        return created;
      }
      default:
        this.#blobs.set(name, bytes);
        return created;
    }
  }

  #headers(): Record<string, string> {
    return {
      'x-ms-request-id': 'double',
      'x-ms-version': '2024-11-04',
      etag: '"0x8DOUBLE"',
      'last-modified': new Date(0).toUTCString(),
    };
  }
}
