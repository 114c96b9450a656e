import { beforeAll, describe, expect, it } from 'vitest';
import { type Answered, controlPlane } from './lambda/control-plane.ts';
import { LambdaDouble } from './lambda.ts';
import { openMoto } from './moto.ts';

interface Difference {
  readonly call: string;
  /** `status`, `error`, or a field of the answer. */
  readonly field: string;
  readonly moto: unknown;
  readonly double: unknown;
}

/** Where the two may differ, and why the double stays as it is. */
const KNOWN: readonly { readonly call: RegExp; readonly field: RegExp; readonly why: string }[] = [
  { call: /./, field: /(^|\.)LastModified$/, why: 'another moment; moto writes nine digits and Z, AWS documents three and +0000' },
  { call: /./, field: /(^|\.)RevisionId$/, why: 'moto has none' },
  { call: /./, field: /(^|\.)LoggingConfig\./, why: 'moto takes LoggingConfig and forgets it' },
  { call: /^get$/, field: /^Code\.Location$/, why: 'a signed address for a while' },
  { call: /^list$/, field: /\.(State|LastUpdateStatus)$/, why: 'AWS documents that ListFunctions leaves them out' },
  { call: /^tag$/, field: /^status$/, why: 'the model says 204' },
];

let moto: readonly Answered[];
let double: readonly Answered[];
beforeAll(async () => {
  await using server = await openMoto();
  const role = await server.role('scratch');
  moto = await controlPlane(server.address, role);
  await using own = await LambdaDouble.open({ mode: 'scripted', delays: { create: 0, update: 0 }, roles: [role] });
  double = await controlPlane(own.address, role);
}, 900_000);

describe('the Lambda double beside moto', () => {
  it('went through the same calls', () => {
    expect(double.map(({ call }) => call)).toEqual(moto.map(({ call }) => call));
    expect(moto.filter(({ error }) => error !== null).length).toBeGreaterThanOrEqual(7);
    expect(moto.filter(({ error }) => error === null).length).toBeGreaterThanOrEqual(10);
  });

  it('answers the same statuses, errors, fields and values, but for what is known', () => {
    expect(differences().filter((difference) => !KNOWN.some((known) => explains(known, difference)))).toEqual([]);
  });

  it('keeps no explanation that nothing needs', () => {
    const found = differences();
    expect(KNOWN.filter((known) => !found.some((difference) => explains(known, difference)))).toEqual([]);
  });
});

function explains(known: (typeof KNOWN)[number], { call, field }: Difference): boolean {
  return known.call.test(call) && known.field.test(field);
}

function differences(): readonly Difference[] {
  return moto.flatMap((one, index) => {
    const other = double[index];
    const here: Readonly<Record<string, unknown>> = { status: one.status, error: one.error, ...one.fields };
    const there: Readonly<Record<string, unknown>> = { status: other?.status, error: other?.error, ...other?.fields };
    const fields = [...new Set([...Object.keys(here), ...Object.keys(there)])].filter((field) => here[field] !== there[field]);
    return fields.map((field) => ({ call: one.call, field, moto: here[field], double: there[field] }));
  });
}
