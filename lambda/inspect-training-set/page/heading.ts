import type { DataCard } from '../../shared/data-card';
import { bytes, count, span, time } from './format';
import { html, type Html } from './html';

/** What the training set is. */
export function heading(card: DataCard): Html {
  const { cutoff, files, gates, revision, window } = card;
  const failed = gates.filter(({ passed }) => !passed).length;
  const verdict =
    failed === 0
      ? html`<span class="verdict good">✓ all gates passed</span>`
      : html`<span class="verdict bad">✗ ${failed} of ${gates.length} gates not passed</span>`;
  return html`<header>
    <h1>Training set ${card.jobName}</h1>
    <p>${card.doc}</p>
    <p>${verdict}</p>
    <dl>
      <dt>Measured</dt>
      <dd>${measured(window)}, by the devices’ clocks</dd>
      <dt>Arrived before</dt>
      <dd>${time(cutoff)}: rows that came later are in no training set of this closing</dd>
      <dt>Closing</dt>
      <dd>${revision === 1 ? 'the first of this window' : `revision ${revision} of this window`}</dd>
      <dt>Domain</dt>
      <dd>${card.domain}</dd>
      <dt>Files</dt>
      <dd>${count(files.count)}, ${bytes(files.bytes)}, under <code>${card.examplesPrefix}</code></dd>
      <dt>Content</dt>
      <dd><code>${card.contentHash}</code>: the same rows have the same hash</dd>
      <dt>Looked at</dt>
      <dd>${time(card.generatedAt)}</dd>
    </dl>
    <p class="quiet">All times are UTC.</p>
  </header>`;
}

/** A domain that welcomes history has a window that begins with the epoch. */
function measured({ end, start }: DataCard['window']): string {
  return Date.parse(start) === 0 ? `whenever it was before ${time(end)}` : `${time(start)} to ${time(end)} (${span(start, end)})`;
}
