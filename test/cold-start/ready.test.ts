import { describe, expect, it, vi } from 'vitest';
import { checkAws } from '../../src/cold-start/ready.ts';
import { TestAccount } from './account.ts';

describe('before anything is built', () => {
  it('credentials that AWS takes are enough, whatever they may do', async () => {
    await using account = await TestAccount.open();
    await checkAws({ ...account.host, env: {} }, account.aws);
    account.double.faults.add({ kind: 'access-denied', action: 'ListFunctions' });
    await checkAws({ ...account.host, env: {} }, account.aws);
    expect(account.calls).toEqual(['ListFunctions', 'ListFunctions']);
  });

  it('a region that is set and empty has a name', async () => {
    await using account = await TestAccount.open();
    await expect(checkAws({ ...account.host, env: { AWS_REGION: '' } }, account.aws)).rejects.toThrow(
      /^AWS_REGION is set and empty: give it/,
    );
    expect(account.calls).toEqual([]);
  });

  it('no credentials at all say what to do', async () => {
    await using account = await TestAccount.open();
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('AWS_CONFIG_FILE', '/nowhere');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere');
    try {
      const config = { endpoint: account.double.address, region: 'us-east-1' };
      await expect(checkAws({ ...account.host, env: {} }, { ...account.aws, config })).rejects.toThrow(
        /does not take the credentials.*AWS_PROFILE/,
      );
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
