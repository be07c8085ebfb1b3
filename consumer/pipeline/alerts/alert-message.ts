import type { Domain } from '../../../core/domain';
import type { AlertMessage } from './alert-port';
import { alertId, type RaisedAlert } from './raised-alert';
import { attributeText, subjectText } from './plain-text';

/**
 * The message about an alert: JSON that a person can read too, its first member a sentence.
 *
 * Subscriptions can filter by the attributes `kind` ("anomaly"), `domain`, `device_id`, `signal` and `score` (its size, a number). The
 * attribute `alert_id` says which alert it is: a subscriber that must act once only remembers it, for an alert may come again.
 */
export function alertMessage(alert: RaisedAlert, domain: Domain): AlertMessage {
  const { deviceId, eventTime, expected, score, sequence, signal, table, value } = alert;
  const unit = unitOf(domain, alert);
  const measured = quantity(value, unit);
  const range = (plusMinus: string): string => `${short(expected.mean)} ${plusMinus} ${quantity(expected.deviation, unit)}`;
  const body = {
    text: `${deviceId}: ${signal} is ${measured}; ${range('±')} was expected. It is ${short(Math.abs(score))} deviations off.`,
    meaning: domain.alerts,
    id: alertId(alert),
    domain: domain.name,
    device_id: deviceId,
    signal,
    value,
    unit,
    expected,
    score,
    event_time: new Date(eventTime).toISOString(),
    row: { table, sequence, query: rowQuery(alert) },
  };
  return {
    subject: subjectText(`${deviceId}: ${signal} ${measured}, expected ${range('+/-')}`),
    body: JSON.stringify(body, undefined, 2),
    attributes: {
      kind: 'anomaly',
      alert_id: attributeText(alertId(alert)),
      domain: domain.name,
      device_id: attributeText(deviceId),
      signal: attributeText(signal),
      score: Math.round(Math.abs(score) * 100) / 100,
    },
  };
}

/** Finds the row in the lake, where it is once Firehose has delivered it: on the day of its arrival, as a rule. */
function rowQuery({ arrivalTimeMs, deviceId, sequence, table }: RaisedAlert): string {
  const device = `'${deviceId.replaceAll("'", "''")}'`;
  const day = new Date(arrivalTimeMs).toISOString().slice(0, 10);
  return `SELECT * FROM ${table} WHERE "date" >= '${day}' AND device_id = ${device} AND sequence = ${sequence}`;
}

function unitOf({ tables }: Domain, { signal, table }: RaisedAlert): string | undefined {
  return tables[table]?.columns.find(({ name }) => name === signal)?.unit;
}

const quantity = (value: number, unit: string | undefined): string =>
  unit === undefined ? short(value) : `${short(value)} ${unit === 'percent' ? '%' : unit}`;

/** Four digits are more than any of these numbers deserves. */
const short = (value: number): string => String(Number(value.toPrecision(4)));
