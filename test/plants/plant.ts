/** One known change of a small real Lambda, and what has to be named first as its cause. */
export interface Plant {
  readonly name: string;
  /** What was planted, in a few words. */
  readonly what: string;
  /** Of the limit that it breaches. */
  readonly metric: string;
  /** What the report has to say first. */
  readonly expected: RegExp;
  /** Builds and measures both sides in a folder of the run's own, and answers the first sentence of *because*. */
  readonly tell: (scratch: string) => Promise<string>;
}

/** What a report said of a plant, or how that failed. */
export interface Told {
  readonly plant: Plant;
  readonly text: string;
  readonly isRight: boolean;
}

export async function tellOf(plant: Plant, scratch: string): Promise<Told> {
  try {
    const text = await plant.tell(scratch);
    return { plant, text, isRight: plant.expected.test(text) };
  } catch (error) {
    return { plant, text: `failed: ${error instanceof Error ? error.message : String(error)}`, isRight: false };
  }
}
