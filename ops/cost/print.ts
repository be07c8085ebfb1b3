import type { Estimate } from './estimate';
import { grouped, perUnit, price, quantity, usd } from './format';
import type { DomainFacts, Load } from './load';
import { hoursPerMonth } from './measured';
import type { Line } from './price-book';
import type { Saving } from './savings';
import { gB } from './traffic';

/** Columns of the terminal; no line is wider. */
const width = 100;
const itemWidth = 26;
const amountWidth = 14;

/** All that is printed. */
export interface Report {
  readonly stage: string;
  readonly region: string;
  readonly dates: { readonly from: string; readonly to: string };
  readonly load: Load;
  readonly domain: DomainFacts;
  readonly estimate: Estimate;
  readonly savings: readonly Saving[];
  readonly already: readonly Saving[];
}

const senderText: Readonly<Record<Load['sender'], string>> = {
  'iot-core': 'by MQTT to IoT Core',
  'basic-ingest': 'by Basic Ingest to IoT Core',
  'put-records': 'from gateways, a record for each message',
  kpl: 'from gateways, aggregated by the KPL',
};

/**
 * The estimate as text: what flows, what each service costs and why, the total, and what would save most.
 *
 * @param brief without the arithmetic
 */
export function printed(report: Report, brief = false): string {
  return brief ? briefly(report) : inFull(report);
}

function briefly({ stage, region, load, estimate, savings }: Report): string {
  const { services, total, perDevice, warnings } = estimate;
  return [
    `Stage ${stage} in ${region}, USD a month: ${sending(load)}`,
    '',
    ...services.map(({ service, amount }) => `  ${service.padEnd(width - 2 - amountWidth)}${usd(amount).padStart(amountWidth)}`),
    `  ${`Total, $${grouped(perDevice, 4)} for each device`.padEnd(width - 2 - amountWidth)}${usd(total).padStart(amountWidth)}`,
    ...warned(warnings),
    '',
    ...savingsText('What would save most, each made alone', savings.slice(0, 3)),
    '',
  ].join('\n');
}

const sending = ({ devices, bytes, intervalSeconds, sender }: Load): string =>
  `${grouped(devices, 0)} devices, ${grouped(bytes, 0)} bytes every ${intervalSeconds} s, ${senderText[sender]}`;

const warned = (warnings: readonly string[]): readonly string[] =>
  warnings.length === 0 ? [] : ['', 'Would not work as configured', ...warnings.flatMap((text) => wrapped(text, '  ! '))];

function inFull(report: Report): string {
  const { stage, region, dates, load, estimate } = report;
  const { traffic, lines, services, total, firstMonth, perDevice, warnings } = estimate;
  return [
    `Estimated cost of stage ${stage} in ${region}, USD a month of ${hoursPerMonth} hours, without tax and free tiers`,
    `Prices: dated by their sources ${dates.from} to ${dates.to}, which ops/cost/prices.json names`,
    '',
    'Load',
    ...rows([
      [
        'devices',
        `${grouped(load.devices, 0)}, a message of ${grouped(load.bytes, 0)} bytes every ${load.intervalSeconds} s, ${senderText[load.sender]}`,
      ],
      [
        'messages',
        `${grouped(load.devices, 0)} / ${load.intervalSeconds} s × 3,600 s × ${hoursPerMonth} h = ${grouped(traffic.messages / 1e6, 1)} million, ${grouped(traffic.messagesPerSecond, 0)} a second`,
      ],
      [
        'stream',
        `${volume(traffic.records * traffic.recordBytes)} in ${grouped(traffic.records / 1e6, 1)} million records of ${grouped(traffic.recordBytes, 0)} bytes, ${traffic.shards} shards`,
      ],
      [
        'lake',
        `${volume(traffic.messages * traffic.rowBytes)} of rows (${grouped(traffic.rowBytes, 0)} bytes) become ${volume(traffic.storedBytes)} of Parquet`,
      ],
      ['consumer', `${traffic.tasks} tasks (the load alone asks for ${traffic.tasksNeeded})`],
    ]),
    '',
    ...services.flatMap(({ service, amount }) => [
      `${service.padEnd(width - amountWidth)}${usd(amount).padStart(amountWidth)}`,
      ...lines.filter((line) => line.service === service).map(lineText),
    ]),
    '─'.repeat(width),
    `${'Total, twelfth month'.padEnd(width - amountWidth)}${usd(total).padStart(amountWidth)}`,
    `${'  first month, before the lake has grown'.padEnd(width - amountWidth)}${usd(firstMonth).padStart(amountWidth)}`,
    `${'  for each device'.padEnd(width - amountWidth)}${`$${grouped(perDevice, 4)}`.padStart(amountWidth)}`,
    ...warned(warnings),
    '',
    ...savingsText('What would save most, each made alone', report.savings.slice(0, 3)),
    '',
    ...savingsText('Saved already', report.already),
    '',
    ...wrapped(
      'Not counted: tax, free tiers and discounts, support, data transfer between zones and to the internet, registry of devices, the container image, training volumes, access logs, the function of delivery.csvIntake, queries by people. docs/cost.md says how it is worked out.',
      '',
    ),
    '',
  ].join('\n');
}

function lineText({ item, quantity: count, unit, per, usd: unitPrice, discount = 0, amount }: Line): string {
  const off = discount > 0 ? ` × ${grouped(1 - discount, 2)}` : '';
  const arithmetic = `${quantity(count).padStart(15)} ${unit} × ${price(unitPrice)}${per === 1 ? '' : ` per ${perUnit(per, '').trimEnd()}`}${off}`;
  return `  ${item.padEnd(itemWidth)}${arithmetic.padEnd(width - 2 - itemWidth - amountWidth)}${grouped(amount, 2).padStart(amountWidth)}`;
}

function savingsText(heading: string, savings: readonly Saving[]): readonly string[] {
  const rows = savings.flatMap(({ title, but, saves, share }, index) => [
    `  ${`${index + 1}. ${title}`.padEnd(width - 2 - amountWidth - 8)}${usd(saves).padStart(amountWidth)}${`${Math.round(share * 100)} %`.padStart(8)}`,
    ...(but === '' ? [] : [`     but: ${but}`]),
  ]);
  return [heading, ...(rows.length === 0 ? ['  nothing'] : rows)];
}

function rows(pairs: readonly (readonly [string, string])[]): readonly string[] {
  return pairs.map(([name, text]) => `  ${name.padEnd(10)}${text}`);
}

function volume(bytes: number): string {
  const value = bytes / gB;
  return value >= 1024 ? `${grouped(value / 1024, 2)} TB` : `${quantity(value)} GB`;
}

/** A text in lines that fit, the first behind `lead`, the others as far in. */
function wrapped(text: string, lead: string): readonly string[] {
  const lines: string[] = [];
  let line = lead;
  for (const word of text.split(' ')) {
    if (line.length > lead.length && line.length + 1 + word.length > width) {
      lines.push(line);
      line = ' '.repeat(lead.length);
    }
    line += line.length > lead.length ? ` ${word}` : word;
  }
  return [...lines, line];
}
