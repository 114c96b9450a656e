/** A section of the linked file, by where it is loaded. Those that are not loaded stand at 0. */
export interface MapOutput {
  readonly name: string;
  readonly address: number;
  readonly size: number;
}

/** What the linker put into an output: a section of an object, or what it made itself. */
export interface MapInput {
  /** The place of its output among `outputs`. */
  readonly output: number;
  readonly address: number;
  readonly size: number;
  readonly align: number;
  /** An object, or a member of an archive as `archive(member)`; `null`: the linker made it. */
  readonly file: string | null;
  readonly section: string;
}

export interface LinkMap {
  readonly outputs: readonly MapOutput[];
  readonly inputs: readonly MapInput[];
}

/** lld's table, which zig prints too: https://github.com/llvm/llvm-project/blob/main/lld/ELF/MapFile.cpp */
const HEADING = /^ *VMA +LMA +Size Align Out +In +Symbol$/;
const ROW = /^ *([0-9a-f]+) +[0-9a-f]+ +([0-9a-f]+) +(\d+) ( {8}| {16}|)(?! )(.*)$/;
const INPUT = 8;
const SYMBOL_INDENT = ' '.repeat(16);
const MOST_ROWS = 20_000_000;

/**
 * Reads what `--print-map` says, line by line: addresses and sizes in bytes. A text where it is not lld's table or ends within it. Lines of symbols
 * are skipped: the file's own table has them.
 */
export async function parseLinkMap(lines: AsyncIterable<string> | Iterable<string>): Promise<LinkMap | string> {
  const outputs: MapOutput[] = [];
  const inputs: MapInput[] = [];
  let rows = 0;
  let isSymbol = false;
  for await (const line of lines) {
    rows += 1;
    if (rows === 1) {
      if (!HEADING.test(line)) return 'the linker printed a map that is not lld’s';
      continue;
    }
    if (rows > MOST_ROWS) return `the linker's map has more than ${MOST_ROWS} lines`;
    // Most lines are symbols: told apart without an expression.
    if (line.startsWith(SYMBOL_INDENT, INDENT)) {
      isSymbol = true;
      continue;
    }
    const [, address = '', size = '', align = '', indent = '', text = ''] = ROW.exec(line) ?? [];
    // A name may have a line break in it: what follows belongs to the symbol before.
    if (address === '' && isSymbol) continue;
    isSymbol = false;
    if (address === '' || text === '') {
      if (line === '') continue;
      return `line ${rows} of the linker's map is none of lld's`;
    }
    const place = { address: Number.parseInt(address, 16), size: Number.parseInt(size, 16) };
    if (indent === '') outputs.push({ name: text, ...place });
    else if (indent.length === INPUT) {
      const input = inputOf(text);
      // An assignment of a linker script stands where an input may.
      if (input !== null) inputs.push({ output: outputs.length - 1, ...place, align: Number(align), ...input });
    }
  }
  return outputs.length === 0 ? "the linker's map is empty" : { outputs, inputs };
}

/** As loaded or stored, of the file that the map is held against. */
interface LinkedSection {
  readonly name: string;
  readonly address: number;
  readonly size: number;
}

/**
 * Why a map cannot be of a file with these sections, as it would be cut short or of another link; `null` where it is. Sections stand as they do in the
 * file, inputs within them, one after the other, and nothing but alignment is between them.
 */
export function mapMistake({ outputs, inputs }: LinkMap, sections: readonly LinkedSection[]): string | null {
  const keyOf = ({ name, address }: LinkedSection): string => `${name}\0${address}`;
  const known = new Map(outputs.map((output) => [keyOf(output), output]));
  for (const section of sections) {
    const output = known.get(keyOf(section));
    if (output === undefined) return `the linker's map lacks the section ${section.name}: is it cut short?`;
    if (output.size !== section.size) return `in the linker's map ${section.name} has ${output.size} bytes, in the binary ${section.size}`;
  }
  const byOutput = new Map<number, MapInput[]>();
  for (const input of inputs) {
    const group = byOutput.get(input.output);
    if (group === undefined) byOutput.set(input.output, [input]);
    else group.push(input);
  }
  const inFile = new Set(sections.map(keyOf));
  for (const [place, group] of byOutput) {
    const output = outputs[place];
    const mistake = output === undefined || output.address === 0 || !inFile.has(keyOf(output)) ? null : mistakeWithin(output, group);
    if (mistake !== null) return mistake;
  }
  return null;
}

function mistakeWithin({ name, address, size }: MapOutput, inputs: readonly MapInput[]): string | null {
  // Its records are told apart by themselves, and merged ones are listed where they began.
  if (name === '.eh_frame') return null;
  let at = address;
  for (const input of inputs.toSorted((a, b) => a.address - b.address || a.size - b.size)) {
    if (input.size === 0) continue;
    if (input.address < at || input.address + input.size > address + size)
      return `the linker's map puts two things at one place of ${name}`;
    if (input.address - at >= Math.max(MOST_PADDING, input.align))
      return `the linker's map leaves ${input.address - at} bytes of ${name} out`;
    at = input.address + input.size;
  }
  return address + size - at >= MOST_PADDING ? `the linker's map leaves ${address + size - at} bytes of ${name} out` : null;
}

/** What a linker may leave behind or between its own sections. */
const MOST_PADDING = 64;

/** Where the columns of figures end: 16, 16, 8 and 5 wide. */
const INDENT = 49;

function inputOf(text: string): Pick<MapInput, 'file' | 'section'> | null {
  const at = text.lastIndexOf(':(');
  if (at < 0 || !text.endsWith(')')) return null;
  const file = text.slice(0, at);
  return { file: file === '<internal>' ? null : file, section: text.slice(at + 2, -1) };
}
