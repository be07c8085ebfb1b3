import type { DataCard } from '../../shared/data-card';
import { count, percent } from './format';
import { html, type Html } from './html';
import { section } from './section';

/** What came in, and what of it is not in the training set. */
export function inputsSection({ inputs }: DataCard): Html {
  const tables = Object.entries(inputs.tables).map(
    ([table, { distinct, late, rows }]) =>
      html`<tr>
        <th scope="row">${table}</th>
        <td class="number">${count(rows)}</td>
        <td class="number">${count(rows - distinct)}</td>
        <td class="number">${count(late)}</td>
      </tr>`,
  );
  const reasons = Object.entries(inputs.quarantined)
    .sort(([, a], [, b]) => b - a)
    .map(
      ([reason, times]) =>
        html`<tr>
          <th scope="row">${reason}</th>
          <td class="number">${count(times)}</td>
        </tr>`,
    );
  const quarantine =
    reasons.length === 0
      ? html`<p>Nothing of what arrived lies in quarantine.</p>`
      : html`<table>
          <caption>
            ${percent(inputs.quarantinedShare)} of what arrived could not be used and lies in quarantine, by reason.
          </caption>
          <thead>
            <tr>
              <th scope="col">Reason</th>
              <th scope="col" class="number">Records</th>
            </tr>
          </thead>
          <tbody>
            ${reasons}
          </tbody>
        </table>`;
  return section(
    'What it is made from',
    html`<div class="tables">
      <table>
        <caption>
          Rows of the lake that lie in the window. A message that was delivered twice counts once in the training set; late rows
          came after the allowed lateness and still before the cutoff.
        </caption>
        <thead>
          <tr>
            <th scope="col">Table</th>
            <th scope="col" class="number">Rows</th>
            <th scope="col" class="number">Delivered twice</th>
            <th scope="col" class="number">Late</th>
          </tr>
        </thead>
        <tbody>
          ${tables}
        </tbody>
      </table>
      ${quarantine}
    </div>`,
  );
}
