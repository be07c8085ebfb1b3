import { allStates, DefinitionError, type Definition, type NamedState } from './definition';

/**
 * Fields that Step Functions knows and this machine does not: JSONata and variables, distributed maps, heartbeats, other
 * accounts' roles.
 */
const fieldsNotSupported = [
  'Arguments',
  'Assign',
  'Credentials',
  'HeartbeatSeconds',
  'HeartbeatSecondsPath',
  'ItemBatcher',
  'ItemReader',
  'Label',
  'Output',
  'ResultWriter',
  'ToleratedFailureCount',
  'ToleratedFailureCountPath',
  'ToleratedFailurePercentage',
  'ToleratedFailurePercentagePath',
] as const;

/** Parts of the context object that the interpreter does not keep. As on AWS, `$$.Map` is for the Map state itself, not for the states in it. */
const contextNotSupported = [/^\$\$$/, /\$\$\.State\b/, /\$\$\.Task\b/];

/** The interpreter drops every backslash of a function's result, and with them the escapes of the JSON text. */
const functionsNotSupported = /\bStates\.JsonToString\(/;

/**
 * Refuses what would not run, or would run differently from AWS, before anything has started.
 *
 * @param isSupported whether a Task state's resource can be called here
 * @throws DefinitionError that names every state and what is wrong with it
 */
export function checkDefinition(definition: Definition, isSupported: (resource: string) => boolean): void {
  const states = allStates(definition);
  const problems = [
    ...(definition.QueryLanguage === 'JSONata' ? ['the query language JSONata is not supported'] : []),
    ...states.flatMap((named) => problemsOf(named, isSupported).map((problem) => `state ${named.name}: ${problem}`)),
    ...duplicates(states.map(({ name }) => name)).map((name) => `two states are called ${name}`),
  ];
  if (problems.length > 0) {
    throw new DefinitionError(`the state machine cannot be run here: ${problems.join('; ')}`);
  }
}

function problemsOf({ state }: NamedState, isSupported: (resource: string) => boolean): string[] {
  const problems: string[] = fieldsNotSupported
    .filter((field) => Object.hasOwn(state, field))
    .map((field) => `field ${field} is not supported`);
  if (state.QueryLanguage === 'JSONata') {
    problems.push('the query language JSONata is not supported');
  }
  if (state.Type === 'Task' && !isSupported(String(state.Resource))) {
    problems.push(`resource ${String(state.Resource)} is not supported`);
  }
  const processor = (state.ItemProcessor ?? {}) as { readonly ProcessorConfig?: { readonly Mode?: string } };
  if (processor.ProcessorConfig?.Mode === 'DISTRIBUTED') {
    problems.push('a distributed map is not supported');
  }
  for (const path of paths(state)) {
    if (contextNotSupported.some((pattern) => pattern.test(path)) || (state.Type !== 'Map' && /\$\$\.Map\b/.test(path))) {
      problems.push(`${path} is not supported`);
    }
    if (functionsNotSupported.test(path)) {
      problems.push('States.JsonToString is not supported');
    }
  }
  return problems;
}

/** Every JSONPath and intrinsic function of a state, its nested machines aside. */
function paths(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, entry]: [string, unknown]) => {
    if (['Branches', 'ItemProcessor', 'Iterator', 'Result'].includes(key)) {
      return [];
    }
    return typeof entry === 'string' ? (isPathKey(key) ? [entry] : []) : paths(entry);
  });
}

/** Whether a field of this name holds a JSONPath or an intrinsic function. */
export function isPathKey(key: string): boolean {
  return key.endsWith('.$') || key.endsWith('Path') || key === 'Variable';
}

function duplicates(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
