import type { DataCard, FeatureCard, Gate } from '../shared/data-card';

/** What a training set has to be like, before anybody pays for a training job. */
export interface GateLimits {
  /** Rows that are trained on, at least. */
  readonly minimumRows: number;
  /** Devices that they are of, at least. */
  readonly minimumDevices: number;
  /** Of those rows the ones whose label is above 0, at least; asked of models that tell two classes apart. */
  readonly minimumPositives: number;
  /** Share of those rows in which a feature may be missing, at most. From 0 to 1. */
  readonly maximumMissingShare: number;
  /** Share of all that arrived which may lie in quarantine, at most. From 0 to 1. */
  readonly maximumQuarantineShare: number;
  /** Population stability index of a feature against the training set of the model in use, at most. */
  readonly maximumDrift: number;
}

/** What of a data card is judged. */
export type JudgedCard = Pick<DataCard, 'label' | 'splits' | 'inputs' | 'features' | 'reference'>;

/**
 * Holds a training set to the limits. A gate that does not apply is left out: positives where the label is a number, drift where no model
 * is in use.
 */
export function judgeGates(card: JudgedCard, limits: GateLimits): readonly Gate[] {
  return [
    rows(card, limits.minimumRows),
    devices(card, limits.minimumDevices),
    ...(card.label.kind === 'binary' ? [bothClasses(card), positives(card, limits.minimumPositives)] : []),
    usableNumbers(card),
    missing(card, limits.maximumMissingShare),
    quarantine(card, limits.maximumQuarantineShare),
    ...(card.reference === null ? [] : [drift(card, card.reference.jobName, limits.maximumDrift)]),
  ];
}

/** What the failed gates say, for a person; that all have passed, when none has. */
export function reasonOf(gates: readonly Gate[]): string {
  const failed = gates.filter(({ passed }) => !passed);
  return failed.length === 0
    ? `all ${gates.length} gates passed`
    : failed.map(({ name, detail }) => `${name}: ${detail}`).join('; ');
}

const trained = ({ splits }: JudgedCard) => splits['train'] ?? { rows: 0, devices: 0, positives: 0 };

function rows(card: JudgedCard, limit: number): Gate {
  const { rows: value } = trained(card);
  return atLeast('minimumRows', limit, value, `${count(value)} rows to train on`);
}

function devices(card: JudgedCard, limit: number): Gate {
  const { devices: value } = trained(card);
  return atLeast('minimumDevices', limit, value, `rows to train on are of ${count(value)} ${value === 1 ? 'device' : 'devices'}`);
}

function positives(card: JudgedCard, limit: number): Gate {
  const { positives: value = 0, rows: all } = trained(card);
  return atLeast(
    'minimumPositives',
    limit,
    value,
    `${card.label.name} is positive in ${count(value)} of ${count(all)} rows to train on`,
  );
}

/** Without rows of one class nothing is learnt, and without both in the validation the training does not know when to stop. */
function bothClasses({ label, splits }: JudgedCard): Gate {
  const oneSided = (['train', 'validation'] as const).flatMap((split) => {
    const { positives: value = 0, rows: all = 0 } = splits[split] ?? {};
    return value > 0 && value < all ? [] : [`${label.name} is ${value === 0 ? 0 : 1} in all ${count(all)} rows of ${split}`];
  });
  return {
    name: 'bothClasses',
    limit: 0,
    value: oneSided.length,
    passed: oneSided.length === 0,
    detail: oneSided.length === 0 ? 'train and validation have rows of both classes' : oneSided.join(', '),
  };
}

/** XGBoost refuses to train on labels that are not there, and on values that become infinite in 32 bits. */
function usableNumbers({ features, label }: JudgedCard): Gate {
  const labels = Object.entries(label.splits).flatMap(([split, { missing: absent, unusable }]) =>
    absent + unusable === 0 ? [] : [{ rows: absent + unusable, what: `${label.name} in ${split}` }],
  );
  const found = [
    ...labels,
    ...features.filter(({ unusable }) => unusable > 0).map(({ name, unusable }) => ({ rows: unusable, what: name })),
  ];
  const value = found.reduce((sum, each) => sum + each.rows, 0);
  const named = listed(found.map(({ rows: times, what }) => `${what} ${count(times)} times`));
  return {
    name: 'usableNumbers',
    limit: 0,
    value,
    passed: value === 0,
    detail:
      value === 0
        ? 'all labels, and all values of features that are there, fit 32-bit floats'
        : `not a number that fits a 32-bit float: ${named}`,
  };
}

function missing(card: JudgedCard, limit: number): Gate {
  const { rows: all } = trained(card);
  const shares = card.features
    .map(({ name, missing: times }) => ({ name, value: all === 0 ? 0 : times / all }))
    .sort((a, b) => b.value - a.value);
  return atMost('maximumMissingShare', limit, shares, percent, {
    none: 'no feature is missing in any row to train on',
    some: (worst) => `missing in rows to train on: ${worst}`,
  });
}

function quarantine({ inputs }: JudgedCard, limit: number): Gate {
  const { quarantined, quarantinedShare: value } = inputs;
  const total = Object.values(quarantined).reduce((sum, times) => sum + times, 0);
  const reasons = Object.entries(quarantined)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, times]) => `${reason} ${count(times)}`);
  const detail =
    total === 0
      ? 'nothing of what arrived lies in quarantine'
      : `${percent(value)} of what arrived lies in quarantine, ${count(total)} records: ${listed(reasons)}; ${percent(limit)} at most are allowed`;
  return { name: 'maximumQuarantineShare', limit, value, passed: value <= limit, detail };
}

/** Features that grow with time by nature are told of, and hold nothing back. */
function drift(card: JudgedCard, jobName: string, limit: number): Gate {
  const drifts = card.features
    .filter((feature): feature is FeatureCard & { readonly drift: number } => !feature.isAge && feature.drift !== undefined)
    .map(({ name, drift: value }) => ({ name, value }))
    .sort((a, b) => b.value - a.value);
  return atMost('maximumDrift', limit, drifts, index, {
    none: `no feature can be compared with the training set of ${jobName}`,
    some: (worst) => `population stability index against the training set of ${jobName}: ${worst}`,
  });
}

function atLeast(name: string, limit: number, value: number, found: string): Gate {
  return { name, limit, value, passed: value >= limit, detail: `${found}; ${count(limit)} at least are asked for` };
}

/** A gate by the worst of some features; those beyond the limit are named. */
function atMost(
  name: string,
  limit: number,
  worstFirst: readonly { readonly name: string; readonly value: number }[],
  write: (value: number) => string,
  text: { readonly none: string; readonly some: (worst: string) => string },
): Gate {
  const [worst] = worstFirst;
  if (worst === undefined || worst.value === 0) {
    return { name, limit, value: 0, passed: true, detail: text.none };
  }
  const beyond = worstFirst.filter(({ value }) => value > limit);
  const named = listed((beyond.length === 0 ? [worst] : beyond).map((each) => `${each.name} ${write(each.value)}`));
  const passed = beyond.length === 0;
  return { name, limit, value: worst.value, passed, detail: `${text.some(named)}; ${write(limit)} at most is allowed` };
}

/** Most things that a sentence names. */
const mostNamed = 5;

function listed(things: readonly string[]): string {
  const more = things.length - mostNamed;
  return `${things.slice(0, mostNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const count = (value: number): string => value.toLocaleString('en-US');
const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;
const index = (value: number): string => String(Number(value.toPrecision(3)));
