export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly message: string;
  readonly title: string | null;
  readonly file: string | null;
  readonly line: number | null;
  readonly endLine: number | null;
}

/** One workflow command: `::name key=value,…::data`. */
export interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

export interface Commands {
  readonly annotations: readonly Annotation[];
  /** Values hidden by `::add-mask::`. */
  readonly masked: readonly string[];
  /** Commands that the runner obeyed, in order. */
  readonly obeyed: readonly Command[];
  /** Commands printed between `::stop-commands::` and its end: text, nothing else. */
  readonly inert: readonly Command[];
  /** The token of a `::stop-commands::` that was never ended: GitHub fails such a step's later commands silently. */
  readonly open: string | null;
  /** What the page shows of it: without the commands that were obeyed, and with what they have masked by then as `***`. */
  readonly shown: readonly string[];
}

/** Where the runner's reader ends a line. */
const LINE_END = /\r\n|\n|\r/;
/** The older form counts anywhere in a line. */
const OLD_COMMAND = /##\[([a-z-]+)(?: ([^\]]*))?\](.*)$/;
const COMMAND = /^[\s\u0085]*::([^\s:]+)(?: ([^:]*(?::(?!:)[^:]*)*))?::(.*)$/;

/** Reads a step's standard output as the runner does: https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionCommandManager.cs */
export function parseCommands(stdout: string): Commands {
  const obeyed: Command[] = [];
  const inert: Command[] = [];
  const shown: string[] = [];
  let open: string | null = null;
  for (const line of stdout.split(LINE_END)) {
    const command = parseCommand(line);
    if (command === null || (open !== null && open !== command.name)) {
      if (command !== null) inert.push(command);
      shown.push(hide(line, masksOf(obeyed)));
    } else if (open === command.name) open = null;
    else if (command.name === 'stop-commands') open = command.data;
    else {
      obeyed.push(command);
      if (command.name !== 'add-mask') shown.push(hide(line, masksOf(obeyed)));
    }
  }
  const annotations = obeyed.flatMap((command) => annotationOf(command) ?? []);
  return { annotations, masked: masksOf(obeyed), obeyed, inert, open, shown };
}

function masksOf(obeyed: readonly Command[]): readonly string[] {
  return obeyed.filter((command) => command.name === 'add-mask').map((command) => command.data);
}

function hide(line: string, masks: readonly string[]): string {
  return masks.filter((mask) => mask !== '').reduce((left, mask) => left.replaceAll(mask, '***'), line);
}

function parseCommand(line: string): Command | null {
  const [, name, list = '', data = ''] = COMMAND.exec(line) ?? OLD_COMMAND.exec(line) ?? [];
  if (name === undefined) return null;
  const pairs = list.split(',').map((pair) => /^\s*([^=]+)=(.*)$/.exec(pair));
  const properties = pairs.flatMap((pair) => (pair?.[1] === undefined ? [] : [[pair[1], unescapeText(pair[2] ?? '')] as const]));
  return { name, properties: Object.fromEntries(properties), data: unescapeText(data) };
}

/** `%25` comes last: otherwise an escaped percent sign would be read twice. */
function unescapeText(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%25', '%');
}

export function annotationOf({ name, properties, data }: Command): Annotation | null {
  if (name !== 'error' && name !== 'warning' && name !== 'notice') return null;
  const number = (value: string | undefined): number | null => (value === undefined || value === '' ? null : Number(value));
  const { title = null, file = null, line, endLine } = properties;
  return { level: name, message: data, title, file, line: number(line), endLine: number(endLine) };
}

/** The file behind GITHUB_OUTPUT, GITHUB_ENV and GITHUB_STATE: `name=value` and `name<<END … END`. */
export function parseFileCommands(text: string): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  const lines = text.split(/\r?\n/);
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const [, name, end] = /^([^=]+?)<<(.+)$/.exec(line) ?? [];
    if (name !== undefined && end !== undefined) {
      const close = lines.indexOf(end, index + 1);
      if (close < 0) throw new Error(`${name} is never ended: the runner fails the step`);
      values[name] = lines.slice(index + 1, close).join('\n');
      index = close;
    } else if (line !== '') {
      const [, key, value] = /^([^=]+)=(.*)$/.exec(line) ?? [];
      if (key === undefined) throw new Error(`the runner fails the step: invalid format '${line}'`);
      values[key] = value ?? '';
    }
  }
  return values;
}
