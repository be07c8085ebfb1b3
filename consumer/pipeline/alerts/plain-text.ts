/** Longest subject of a message. @see https://docs.aws.amazon.com/sns/latest/api/API_PublishBatchRequestEntry.html */
const maxSubject = 99;

/**
 * A text that SNS takes for a subject: of printable ASCII, and not too long. A device may have any characters in its name, and a message
 * that is refused because of its subject would not be read at all.
 */
export function subjectText(text: string): string {
  const plain = text.replace(/[^\x20-\x7e]/g, '?').trimStart();
  return plain.length > maxSubject ? `${plain.slice(0, maxSubject - 3)}...` : plain;
}

/**
 * A text that queues and filters take for an attribute: without the characters that XML does not have.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_MessageAttributeValue.html
 */
export function attributeText(text: string): string {
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '?');
}
