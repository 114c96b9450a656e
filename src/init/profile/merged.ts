import { type Call, type Instructions, instructions, type Profile, type ProfiledFunction } from './profile.ts';

/**
 * Several profiles as one: functions are the same by name, object and file. What one profile has twice under all three (`_start` and what it
 * calls of a static program) stays two.
 */
export function mergeProfiles(profiles: readonly Profile[]): Profile {
  const [only, ...others] = profiles;
  if (only !== undefined && others.length === 0) return only;
  const functions: { -readonly [key in keyof ProfiledFunction]: ProfiledFunction[key] }[] = [];
  const places = new Map<string, number>();
  const calls = new Map<string, { -readonly [key in keyof Call]: Call[key] }>();
  for (const profile of profiles) {
    const seen = new Map<string, number>();
    const placeOf = profile.functions.map((found) => {
      const named = `${found.name}\0${found.object ?? ''}\0${found.file ?? ''}`;
      const nth = (seen.get(named) ?? 0) + 1;
      seen.set(named, nth);
      const key = `${named}\0${nth}`;
      const known = places.get(key);
      const function_ = known === undefined ? undefined : functions[known];
      if (known === undefined || function_ === undefined) {
        const place = functions.push({ ...found }) - 1;
        places.set(key, place);
        return place;
      }
      function_.self = plus(function_.self, found.self);
      function_.inclusive = plus(function_.inclusive, found.inclusive);
      return known;
    });
    for (const { caller, callee, count, inclusive } of profile.calls) {
      const [from = -1, to = -1] = [placeOf[caller], placeOf[callee]];
      const key = `${from} ${to}`;
      const call = calls.get(key);
      if (call === undefined) calls.set(key, { caller: from, callee: to, count, inclusive });
      else {
        call.count += count;
        call.inclusive = plus(call.inclusive, inclusive);
      }
    }
  }
  const total = profiles.reduce((sum, profile) => plus(sum, profile.total), instructions(0));
  return { total, functions, calls: [...calls.values()] };
}

function plus(a: Instructions, b: Instructions): Instructions {
  return instructions(a + b);
}
