import type { DataCard, FeatureCard } from '../../shared/data-card';
import { distribution, shareBar } from './charts';
import { count, number, percent } from './format';
import { html, type Content, type Html } from './html';
import { section } from './section';

/** Above this a feature has moved enough to be looked at: a convention, as the limit of 0.25 is. */
const noticeable = 0.1;

/** Each feature: its values, beside those that the model in use was trained on. */
export function featuresSection(card: DataCard, reference: DataCard | undefined): Html {
  const limit = card.gates.find(({ name }) => name === 'maximumDrift')?.limit;
  const rows = card.splits['train']?.rows ?? 0;
  const pictures = new Map(reference?.features.map(({ name, picture }) => [name, picture]));
  const sorted = [...card.features].sort((a, b) => (b.drift ?? -1) - (a.drift ?? -1) || b.missing - a.missing);
  return section(
    'Features',
    html`${compared(card)}
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Feature</th>
              <th scope="col">Distribution</th>
              <th scope="col" class="number">Range</th>
              <th scope="col" class="number">Mean ± deviation</th>
              <th scope="col" class="number">Missing</th>
              ${card.reference === null ? undefined : html`<th scope="col" class="number">Drift</th>`}
            </tr>
          </thead>
          <tbody>
            ${sorted.map((feature) => featureRow(feature, { rows, picture: pictures.get(feature.name), limit, hasReference: card.reference !== null }))}
          </tbody>
        </table>
      </div>`,
  );
}

function compared({ noReference, reference }: DataCard): Content {
  if (reference === null) {
    return html`<p>Of the rows that are trained on. Not compared with an earlier training set: ${noReference}.</p>`;
  }
  const others = reference.notCompared;
  return html`<p>
    <span class="key"></span>Rows that are trained on, and <span class="key line"></span>those of ${reference.jobName}, on which
    the model in use (version ${reference.modelVersion}) was trained; most drifted first. Drift is the population stability index:
    0 when the shares are the same, above ${noticeable} worth a look, above 0.25 large; the mark in a bar is the
    limit.${others.length === 0 ? undefined : html` In one of the two only, and not compared: ${others.join(', ')}.`}
  </p>`;
}

interface FeatureContext {
  /** Rows that are trained on. */
  readonly rows: number;
  /** The reference's. */
  readonly picture: FeatureCard['picture'];
  /** Of drift. */
  readonly limit: number | undefined;
  readonly hasReference: boolean;
}

function featureRow(feature: FeatureCard, { hasReference, limit, picture, rows }: FeatureContext): Html {
  const { drift, isAge, missing, name, range, unusable } = feature;
  const share = rows === 0 ? 0 : missing / rows;
  return html`<tr>
    <th scope="row">
      ${name}${isAge ? html`<span class="tag" title="Grows with time by nature: its drift holds nothing back">age</span>` : undefined}${
        unusable > 0 ? html`<br /><span class="bad">${count(unusable)} not usable</span>` : undefined
      }
    </th>
    <td>${distribution(feature.picture, picture, `Distribution of ${name}`)}</td>
    <td class="number">${range && `${number(range.minimum)} to ${number(range.maximum)}`}</td>
    <td class="number">${range && `${number(range.mean)} ± ${number(range.deviation)}`}</td>
    <td class="number">
      ${missing === 0 ? html`<span class="quiet">none</span>` : html`${percent(share)}${shareBar(share, share > 0.5 ? 'warn' : 'none')}`}
    </td>
    ${
      hasReference
        ? html`<td class="number">
            ${drift === undefined ? html`<span class="quiet">new</span>` : driftCell(drift, isAge, limit)}
          </td>`
        : undefined
    }
  </tr>`;
}

function driftCell(drift: number, isAge: boolean, limit = 0.25): Html {
  const kind = isAge || drift <= noticeable ? 'none' : drift > limit ? 'bad' : 'warn';
  return html`<span class="${kind === 'none' ? '' : kind}">${drift.toFixed(3)}</span
    >${shareBar(drift / (2 * limit), `${kind} limited`)}`;
}
