/** Width of what stands in front. */
const nameWidth = 22;
/** Width of a value. */
const valueWidth = 12;

/** `  sent                          8,000  what of it` */
export function rowLine(name: string, value: string, note = ''): string {
  return `  ${name.padEnd(nameWidth)} ${value.padStart(valueWidth)}${note === '' ? '' : `  ${note}`}`;
}

/** A row of text, which stands where values begin on the left. */
export function textLine(name: string, text: string): string {
  return `  ${name.padEnd(nameWidth)} ${text}`;
}

/** Several values side by side. */
export function columnsLine(name: string, values: readonly string[]): string {
  return `  ${name.padEnd(nameWidth)} ${values.map((value) => value.padStart(valueWidth)).join(' ')}`;
}
