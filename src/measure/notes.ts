import { isWithoutLambda, type LeftOut, NO_LAMBDA, type Selection, stayingFunctions } from '../cargo/functions.ts';
import { LONGEST_NOTE, type Note } from '../core/snapshot/snapshot.ts';
import { shortened } from '../core/text.ts';

/** How many binaries a note names. */
const NAMED = 20;

/** The binaries that are not measured, each with its reason. `bin`: the option that names binaries. */
export function leftOutNotes(leftOut: readonly LeftOut[], bin: string): readonly Note[] {
  if (leftOut.length === 0) return [];
  const more = leftOut.length > NAMED ? ` and ${leftOut.length - NAMED} more` : '';
  const names = leftOut.slice(0, NAMED).map(({ name, reason }) => `${name} (${reason})`);
  const wayIn = leftOut.some(({ reason }) => reason === NO_LAMBDA) ? `; to measure one, name all functions with ${bin}` : '';
  return [{ code: 'bins-left-out', text: `binaries left out: ${names.join(', ')}${more}${wayIn}` }];
}

/** Each once, and no longer than a snapshot holds: they are shown, and may name paths of 4 kB. */
export function uniqueNotes(found: readonly Note[]): Note[] {
  const notes = found.map(({ code, text }) => ({ code, text: shortened(text, LONGEST_NOTE) }));
  return notes.filter((note, index) => notes.findIndex(({ code, text }) => code === note.code && text === note.text) === index);
}

/** A project in which nothing is known to be a Lambda, or functions that are none but by base's word. `bin`: the option that names binaries. */
export function lambdaNotes(selection: Selection, bin: string): readonly Note[] {
  if (!isWithoutLambda(selection)) {
    return stayingFunctions(selection).map(({ name }) => ({
      code: 'no-lambda-dependency',
      text: `${name}: no Lambda dependency, and measured as a function since base has it as one: name it with ${bin}, since the next base may not know it`,
    }));
  }
  const text = `no package depends on lambda_runtime, lambda_http or lambda-extension: every binary is measured as a function; name the functions with ${bin}, and this note ends`;
  return [{ code: 'no-lambda-dependency', text }];
}
