import type { FunctionComparison } from '../../core/model/comparison.ts';
import { codeName } from './code-name.ts';
import type { TextStyle } from './escape.ts';

/** Which counted functions may not be those that run on Lambda, a line each. Not known is whether a processor there has the feature. */
export function hiddenLines({ hidden }: FunctionComparison, style: TextStyle): readonly string[] {
  return hidden.map(
    ({ name, feature, variant }) =>
      `${codeName(name, style)} was counted without ${feature}, which valgrind hides: on a processor that has it ${codeName(variant, style)} may run instead`,
  );
}
