import { made } from './element.ts';

let groups = 0;

/** A choice of a few, as buttons in a row: radio buttons, which a keyboard and a screen reader know. */
export function radios<Value extends string>(
  name: string,
  values: readonly Value[],
  { label, chosen }: { readonly label: (value: Value) => string; readonly chosen: (value: Value) => void },
): { readonly element: HTMLElement; readonly choose: (value: Value) => void } {
  groups += 1;
  const inputs = values.map((value) => {
    const input = made('input', { type: 'radio', name: `choice-${groups}`, value });
    input.addEventListener('change', () => chosen(value));
    return { value, input };
  });
  const labels = inputs.map(({ value, input }) => made('label', {}, input, made('span', {}, label(value))));
  return {
    element: made('fieldset', { class: 'radios' }, made('legend', { class: 'unseen' }, name), ...labels),
    choose: (value) => {
      for (const one of inputs) one.input.checked = one.value === value;
    },
  };
}
