import type { Domain } from '../../../core/domain';
import type { AlertMessage } from './alert-port';
import type { WithheldAlerts } from './flood-guard';
import { subjectText } from './plain-text';

/** The message in place of alerts that are too many to send one by one. Its attribute `kind` is "summary". */
export function summaryMessage({ alerts, devices, from, ids, to }: WithheldAlerts, domain: Domain): AlertMessage {
  const further = `${alerts} more ${alerts === 1 ? 'alert' : 'alerts'} of ${devices} ${devices === 1 ? 'device' : 'devices'}`;
  const body = {
    text: `${further}, too many to send one by one. So many at once have one cause, as a rule.`,
    meaning: domain.alerts,
    domain: domain.name,
    alerts,
    devices,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    ...(ids.length < alerts ? { first: ids } : { ids }),
  };
  return {
    subject: subjectText(`${domain.name}: ${further}`),
    body: JSON.stringify(body, undefined, 2),
    attributes: { kind: 'summary', domain: domain.name },
  };
}
