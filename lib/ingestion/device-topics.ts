/**
 * The topics that devices publish to, in one place, because four things must agree on them: what the rule selects, which device the
 * rule takes a message to be from, what the policy lets a device publish to, and what a device is told when it is provisioned.
 *
 *     dt/<domain>/<device>/telemetry                       through the message broker
 *     $aws/rules/<rule>/dt/<domain>/<device>/telemetry     basic ingest: straight to the rule
 *
 * @see https://docs.aws.amazon.com/whitepapers/latest/designing-mqtt-topics-aws-iot-core/mqtt-design-best-practices.html `dt` is data
 */

/** Where in the topic the device stands, counted from 1, as the rule's `topic(n)` does; basic ingest's own three levels do not count. */
export const deviceLevel = 3;

/** The wildcard for one level of a topic filter. */
export const anyDevice = '+';

/** The topic of a device, or with `anyDevice` the filter for all of them. */
export function telemetryTopic(domain: string, device: string): string {
  return `dt/${domain}/${device}/telemetry`;
}

/** The topic by which a message reaches the rule without the message broker, and is not billed as a message. */
export function basicIngestTopic(rule: string, topic: string): string {
  return `$aws/rules/${rule}/${topic}`;
}

/** The name of the rule for a prefix: letters, digits and underscores are allowed. */
export function telemetryRuleName(prefix: string): string {
  return `${prefix.replaceAll('-', '_')}_telemetry`;
}
