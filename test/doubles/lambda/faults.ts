import { randomOf } from './random.ts';

export const ACTIONS = [
  'CreateFunction',
  'DeleteFunction',
  'DeleteLayerVersion',
  'GetAccountSettings',
  'GetFunction',
  'GetFunctionConfiguration',
  'Invoke',
  'ListFunctions',
  'ListLayerVersions',
  'ListLayers',
  'ListTags',
  'PublishLayerVersion',
  'TagResource',
  'UpdateFunctionCode',
  'UpdateFunctionConfiguration',
] as const;

export type LambdaAction = (typeof ACTIONS)[number];

const CHANGES: readonly LambdaAction[] = ['CreateFunction', 'UpdateFunctionCode', 'UpdateFunctionConfiguration'];

/** What can go wrong, and with which calls: elsewhere a fault of that kind is passed over. */
const APPLIES = {
  /** 409 ResourceConflictException; nothing happens. */
  conflict: [...CHANGES, 'Invoke', 'DeleteFunction'],
  /** 429 TooManyRequestsException with `reason` and Retry-After. */
  throttled: ACTIONS,
  /** 500 ServiceException. */
  'service-error': ACTIONS,
  /** 503 from a balancer in front: HTML, no error class. */
  unavailable: ACTIONS,
  /** The connection is lost and nothing happens. */
  cut: ACTIONS,
  /** It happens, and the connection is lost before the answer. */
  lost: ACTIONS,
  /** No answer comes, and nothing happens. */
  hang: ACTIONS,
  /** The answer comes `delay` ms late. */
  slow: ACTIONS,
  'access-denied': ACTIONS,
  'pass-role-denied': ['CreateFunction', 'UpdateFunctionConfiguration'],
  /** 404 for a function that is there: reads lag behind writes. */
  'not-found': ['GetFunction', 'GetFunctionConfiguration', 'Invoke', 'ListTags', 'UpdateFunctionCode', 'UpdateFunctionConfiguration'],
  /** Whoever gives a function a layer may not read it. */
  'layer-denied': ['CreateFunction', 'UpdateFunctionConfiguration'],
  'role-not-assumable': ['CreateFunction', 'UpdateFunctionConfiguration'],
  /** Pending or InProgress lasts `delay` ms longer. */
  'slow-activation': CHANGES,
  /** Ends as Failed in place of Active or Successful. */
  'failed-activation': CHANGES,
  /** Answered as by a warm environment: neither INIT_START nor Init Duration. */
  warm: ['Invoke'],
  /** A cold start whose REPORT lacks Init Duration. */
  'no-init-duration': ['Invoke'],
  /** More than 4 KB of log after the REPORT. */
  'no-report': ['Invoke'],
  /** So much log after the REPORT that the tail begins in its middle. */
  'cut-report': ['Invoke'],
  /** An answer whose log came back empty. */
  'empty-tail': ['Invoke'],
  /** An extension that prints what it hears of the Telemetry API: its own trouble before the REPORT, and another invocation's after it. */
  'extension-report': ['Invoke'],
  /** An init that crashed, of which the REPORT alone tells: no INIT_REPORT, no Init Duration, an error. */
  'silent-crash': ['Invoke'],
  /** 204, and the function (or the layer's version) stays. */
  'lost-delete': ['DeleteFunction', 'DeleteLayerVersion'],
} as const satisfies Record<string, readonly LambdaAction[]>;

export type FaultKind = keyof typeof APPLIES;

export interface LambdaFault {
  readonly kind: FaultKind;
  /** Every call that the kind applies to, unless given. */
  readonly action?: LambdaAction;
  readonly functionName?: RegExp;
  /** Of the function as it is when the call comes. */
  readonly description?: RegExp;
  /** How many calls meet it: 1 unless given, Infinity allowed. */
  readonly times?: number;
  /** How many matching calls are let through first. */
  readonly after?: number;
  /** Of `slow` and `slow-activation`, in ms: 200 unless given. */
  readonly delay?: number;
  /** Retry-After of `throttled`, in seconds: 1 unless given. */
  readonly retryAfter?: number;
  /** Of `throttled`: CallerRateLimitExceeded unless given. */
  readonly reason?: string;
}

export interface RandomFaults {
  readonly seed: number;
  /** The share of calls that meet a fault, 0 to 1. */
  readonly rate: number;
  readonly kinds: readonly FaultKind[];
  /** No more than this many in all. */
  readonly limit?: number;
  readonly delay?: number;
}

/** A fault that was asked for, with the number of calls that met it. */
export interface PlannedFault {
  readonly fault: LambdaFault;
  readonly hits: number;
}

class Plan implements PlannedFault {
  readonly fault: LambdaFault;
  hits = 0;
  #seen = 0;

  constructor(fault: LambdaFault) {
    this.fault = fault;
  }

  /** Counts the call, and says whether this fault is due for it. */
  due(action: LambdaAction, functionName: string | null, description: string): boolean {
    const { fault } = this;
    if (!applies(fault.kind, action) || (fault.action !== undefined && fault.action !== action)) return false;
    if (fault.functionName !== undefined && !fault.functionName.test(functionName ?? '')) return false;
    if (fault.description !== undefined && !fault.description.test(description)) return false;
    this.#seen += 1;
    return this.#seen > (fault.after ?? 0) && this.hits < (fault.times ?? 1);
  }
}

function applies(kind: FaultKind, action: LambdaAction): boolean {
  const actions: readonly LambdaAction[] = APPLIES[kind];
  return actions.includes(action);
}

/** What goes wrong, planned call by call or drawn with a seed. Plans come before draws, older plans before newer ones. */
export class Faults {
  readonly #plans: Plan[] = [];
  #draw: (action: LambdaAction) => LambdaFault | null = () => null;

  add(fault: LambdaFault): PlannedFault {
    const plan = new Plan(fault);
    this.#plans.push(plan);
    return plan;
  }

  /** From now on each call may meet one of these kinds. Takes the place of an earlier `random`. */
  random({ seed, rate, kinds, limit = Number.POSITIVE_INFINITY, delay }: RandomFaults): void {
    const next = randomOf(seed);
    let left = limit;
    this.#draw = (action) => {
      // Two draws a call, whatever comes of them: a run's faults then depend on the order of its calls alone.
      const hit = next() < rate;
      const choice = next();
      const fitting = kinds.filter((kind) => applies(kind, action));
      const kind = fitting[Math.floor(choice * fitting.length)];
      if (!hit || kind === undefined || left <= 0) return null;
      left -= 1;
      return { kind, action, ...(delay === undefined ? {} : { delay }) };
    };
  }

  /** Forgets every plan and draw. */
  clear(): void {
    this.#plans.length = 0;
    this.#draw = () => null;
  }

  /** The fault that this call meets. */
  next(action: LambdaAction, functionName: string | null, description = ''): LambdaFault | null {
    const due = this.#plans.filter((plan) => plan.due(action, functionName, description));
    const [first] = due;
    if (first === undefined) return this.#draw(action);
    first.hits += 1;
    return first.fault;
  }
}
