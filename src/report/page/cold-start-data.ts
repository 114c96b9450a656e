import type { ColdStartFigures } from '../../core/model/cold-start.ts';
import type { FunctionComparison } from '../../core/model/comparison.ts';
import type { PairedChange } from '../../core/statistics.ts';
import { CONFIDENCE, pairedText } from '../text/cold-start.ts';
import { awsFailureText } from '../text/cold-start-failure.ts';
import { PLAIN } from '../text/escape.ts';
import { countsData } from './counts-data.ts';
import type { ColdStartData, SampledData, SideSamples } from './data.ts';
import type { PageFunction } from './input.ts';
import type { Names } from './names.ts';
import { sampled, samplesOf } from './sampled-data.ts';

/** A picture of samples for each memory size, of the Init Duration and of what the first event took. */
export function coldStartData({ comparison, measured }: PageFunction, names: Names): ColdStartData {
  const { coldStart } = comparison;
  const samplesAt = (side: 'base' | 'head', memory: number, of: 'initDuration' | 'firstResponse'): readonly number[] => {
    const cold = measured[side]?.coldStart;
    const at = cold?.kind === 'sampled' ? cold.sizes.find((size) => size.memory === memory) : undefined;
    return (at?.[of] ?? []).flatMap((value) => (value === null ? [] : [value]));
  };
  const times = coldStart.sizes.flatMap((size): readonly SampledData[] => {
    const { memorySize, firstResponse } = size;
    const side = (
      name: 'base' | 'head',
      of: 'initDuration' | 'firstResponse',
      figures: Pick<ColdStartFigures, 'interval'> | null,
    ): SideSamples | null =>
      // As it was compared: base's of another session are not beside head's.
      name === 'base' && size.base === null ? null : samplesOf(samplesAt(name, memorySize, of), figures);
    return [
      ...sampled(
        `Init Duration at ${memorySize} MB`,
        changed(size.change, size.verdict),
        side('base', 'initDuration', size.base),
        side('head', 'initDuration', size.head),
      ),
      ...sampled(
        `First response at ${memorySize} MB`,
        // Without a limit on it nothing is claimed of its change.
        firstResponse.change === null ? '' : changed(firstResponse.change, firstResponse.verdict),
        side('base', 'firstResponse', firstResponse.base),
        side('head', 'firstResponse', firstResponse.head),
      ),
    ];
  });
  const { region, state, sizes } = coldStart;
  const where = region === null ? '' : ` in ${PLAIN.name(region)}`;
  const isPaired = sizes.some(({ base }) => base !== null);
  const how = isPaired ? `Sampled in pairs${where}, base beside head.` : `Samples of head alone${where}.`;
  const confidence = `All intervals of a run together hold with ${CONFIDENCE} confidence.`;
  return {
    notes: [...stateNotes(state), ...(times.length === 0 ? [] : [`${how} ${confidence}`])],
    times,
    counts: countsData(comparison, 'cold-start', names),
  };
}

function stateNotes(state: FunctionComparison['coldStart']['state']): readonly string[] {
  switch (state.kind) {
    case 'broken':
      return [`It no longer starts on AWS: ${awsFailureText(state, PLAIN)}`, ...state.lastLines.map((line) => PLAIN.prose(line))];
    case 'not-measurable':
      return [
        `It starts on AWS neither at base nor at head: ${awsFailureText(state, PLAIN)}`,
        ...state.lastLines.map((line) => PLAIN.prose(line)),
      ];
    case 'recovered':
      return ['It starts again; base’s init fails on AWS.'];
    case 'none':
      if (state.code === 'not-asked') return [];
      return [
        state.code === 'apart' ? `Not compared: ${PLAIN.prose(state.reason)}` : `No cold start was sampled: ${PLAIN.prose(state.reason)}`,
      ];
    case 'measured':
      return [];
  }
}

function changed(change: PairedChange | null, verdict: 'slower' | 'faster' | 'undecided' | null): string {
  return `${verdict === 'slower' || verdict === 'faster' ? `${verdict}: ` : ''}${pairedText(change)}`;
}
