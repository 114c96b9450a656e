import { expect, test } from 'vitest';
import { NO_DURATIONS } from '../../src/cache/durations.ts';
import { machineArch, type Progress } from '../../src/host.ts';
import { measureColdStarts } from '../../src/measure/cold-start.ts';
import { LOCAL_INIT, measureInits } from '../../src/measure/init.ts';
import { findTracers } from '../../src/tools/toolbox.ts';
import { aFunction, anEntry, aSnapshot } from '../core/builders.ts';

/** A function whose package has a file of so many bytes beside its binary. */
const carrying = (size: number) => ({
  folder: '/nowhere',
  snapshot: aSnapshot({ functions: [aFunction({ arch: machineArch() }, { entries: [anEntry('model', 1_000, size)] })] }),
});
/** Nothing is waited for. */
const progress: Progress = {
  step: () => {},
  begin: ({ text }) => {
    throw new Error(`it waits: ${text}`);
  },
};
const { signal } = new AbortController();
const host = { env: {}, signal, progress, nameOf: (name: string) => name };

test('what would fill a disk is not unpacked to be started, on either side', async () => {
  const place = {
    host,
    guard: { signal, adopt: async () => async () => {} },
    scratch: '/nowhere',
    durations: NO_DURATIONS,
    tracers: findTracers({}),
  };
  for (const sides of [
    { base: null, head: carrying(1_048_576_000) },
    { base: carrying(1_048_576_000), head: carrying(1) },
  ]) {
    const { head } = await measureInits(place, sides, LOCAL_INIT);
    expect(head.functions.map(({ init }) => init)).toEqual([
      {
        kind: 'none',
        code: 'not-here',
        reason: expect.stringMatching(/package unpacks to 1,05\d,\d{3},\d{3} bytes; at most 1,048,576,000 are unpacked/),
      },
    ]);
  }
});

test('what Lambda does not take is not sampled on AWS, on either side', async () => {
  const options = {
    ...{
      role: 'arn:aws:iam::123456789012:role/x',
      memories: [128],
      looks: [20],
      event: '{}',
      environment: {},
      timeout: 3,
      layers: [],
      storage: 512,
    },
    ...{ logGroup: '/x', bucket: null, prefix: 'coldgate', tags: {}, like: null, explicit: {}, perFunction: new Map(), cap: 1_000 },
  };
  const stopping = { limits: { kind: 'off' }, declared: [] } as const;
  const reasonOf = async (base: number | null, head: number): Promise<unknown> => {
    const sides = { base: base === null ? null : carrying(base), head: carrying(head) };
    const measured = await measureColdStarts(sides, options, stopping, { key: 'a', run: 'b', beside: 0 }, host);
    return measured.head.functions[0]?.coldStart;
  };
  expect(await reasonOf(null, 262_144_000)).toEqual({
    kind: 'none',
    code: 'skipped',
    reason: 'its package unpacks to 264 MB, which Lambda does not take',
  });
  expect(await reasonOf(262_144_000, 1)).toEqual({
    kind: 'none',
    code: 'skipped',
    reason: "base's package unpacks to 264 MB, which Lambda does not take",
  });
});
