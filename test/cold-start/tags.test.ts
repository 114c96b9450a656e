import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkPrefix,
  expiryOf,
  type Identity,
  isOfRun,
  isOwn,
  layerDescription,
  layerTags,
  scratchName,
  scratchTags,
} from '../../src/cold-start/tags.ts';

const IDENTITY: Identity = {
  prefix: 'coldgate-',
  key: 'main',
  run: '17234567890-1',
  function: 'health',
  arch: 'x86_64',
  memory: 128,
  deployment: 0,
  slot: 'a',
};

const identities = fc.record({
  prefix: fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/),
  key: fc.string({ maxLength: 200 }),
  run: fc.string({ minLength: 1, maxLength: 200 }),
  function: fc.string({ minLength: 1, maxLength: 200 }),
  arch: fc.constantFrom('x86_64', 'arm64'),
  memory: fc.constantFrom(128, 1_024),
  deployment: fc.nat(2),
  slot: fc.constantFrom('a' as const, 'b' as const),
});

describe('a name', () => {
  it('can be read', () => {
    expect(scratchName(IDENTITY)).toMatch(/^coldgate-main-17234567890-1-a-[0-9a-f]{12}$/);
  });

  it('is one that Lambda takes, and begins with the prefix', () => {
    fc.assert(
      fc.property(identities, (identity) => {
        const name = scratchName(identity);
        expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
        expect(name.startsWith(identity.prefix)).toBe(true);
      }),
    );
  });

  it('is another for every function, key, run, architecture, size, look and slot', () => {
    fc.assert(
      fc.property(identities, identities, (one, other) => {
        const isSame = JSON.stringify(one) === JSON.stringify(other);
        expect(scratchName(one) === scratchName(other)).toBe(isSame);
      }),
    );
    expect(scratchName({ ...IDENTITY, slot: 'b' })).not.toBe(scratchName(IDENTITY));
    expect(scratchName({ ...IDENTITY, function: 'healthy' })).not.toBe(scratchName(IDENTITY));
  });

  it('needs a prefix', () => {
    for (const prefix of ['', 'a b', 'x'.repeat(21), 'ü-'])
      expect(() => checkPrefix(prefix, '--cold-start-prefix')).toThrow(/^--cold-start-prefix ".*": a function's name begins with/);
    expect(() => checkPrefix('coldgate-', 'the prefix')).not.toThrow();
  });
});

describe('tags', () => {
  const expires = new Date('2026-03-01T12:00:00.000Z');

  it('say what, of which run and until when', () => {
    const tags = scratchTags(IDENTITY, 'a'.repeat(40), expires);
    expect(tags).toEqual({
      coldgate: 'scratch',
      'coldgate:run': '17234567890-1',
      'coldgate:commit': 'a'.repeat(40),
      'coldgate:function': 'health',
      'coldgate:expires': '2026-03-01T12:00:00.000Z',
    });
    expect(isOfRun(tags, '17234567890-1')).toBe(true);
    expect(isOfRun(tags, '17234567890-2')).toBe(false);
    expect(expiryOf(tags)).toEqual(expires);
  });

  it('are ones that AWS takes', () => {
    fc.assert(
      fc.property(identities, fc.string(), (identity, commit) => {
        const tags = scratchTags(identity, commit, expires);
        for (const value of Object.values(tags)) expect(value).toMatch(/^[A-Za-z0-9 _.:/=+@-]{0,256}$/);
        expect(isOfRun(tags, identity.run)).toBe(true);
      }),
    );
  });

  it('of others are not own', () => {
    expect(isOwn({})).toBe(false);
    expect(isOwn({ coldgate: 'yes', 'coldgate:run': '1' })).toBe(false);
    expect(isOfRun({ 'coldgate:run': '1' }, '1')).toBe(false);
    expect(expiryOf({ coldgate: 'scratch' })).toBe('unknown');
    expect(expiryOf({ 'coldgate:expires': 'soon' })).toBe('unknown');
  });
});

describe("a layer's description", () => {
  const runs = fc.string({ minLength: 1, maxLength: 300 });
  const dates = fc.date({ min: new Date('2020-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });

  it('says of any run and until when, within what AWS takes', () => {
    fc.assert(
      fc.property(runs, dates, (run, expires) => {
        const description = layerDescription(run, expires);
        expect(description.length).toBeLessThanOrEqual(256);
        const tags = layerTags(description);
        expect(isOfRun(tags, run)).toBe(true);
        expect(expiryOf(tags)).toEqual(expires);
      }),
    );
  });

  it('that somebody else wrote is nobody’s', () => {
    fc.assert(fc.property(fc.string(), (text) => !isOwn(layerTags(text))));
    const own = layerDescription('1', new Date(0));
    for (const text of [`${own} `, ` ${own}`, `${own}\n${own}`, own.replace('expires', 'expired')])
      expect(isOwn(layerTags(text))).toBe(false);
    expect(isOfRun(layerTags(own), '2')).toBe(false);
  });
});
