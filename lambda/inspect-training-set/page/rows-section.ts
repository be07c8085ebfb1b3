import type { DataCard, LabelCard } from '../../shared/data-card';
import { distribution, shareBar } from './charts';
import { count, number, percent } from './format';
import { html, type Html } from './html';
import { section } from './section';

const splitTexts: Readonly<Record<string, string>> = {
  train: 'trained on',
  validation: 'says when to stop training',
  test_devices: 'judges the model: devices that it has not seen',
  test_time: 'judges the model: a time that it has not seen',
};

/** Where the rows are, and what the model is to predict. */
export function rowsSection({ label, splits }: DataCard): Html {
  const total = Object.values(splits).reduce((sum, { rows }) => sum + rows, 0);
  const isBinary = label.kind === 'binary';
  const rows = Object.entries(splits).map(([split, { devices, positives = 0, rows: all }]) => {
    const range = label.splits[split]?.range;
    return html`<tr>
      <th scope="row">${split}<br /><span class="quiet">${splitTexts[split]}</span></th>
      <td class="number">${count(all)}${shareBar(total === 0 ? 0 : all / total)}</td>
      <td class="number">${count(devices)}</td>
      ${
        isBinary
          ? html`<td class="number">${count(positives)}</td>
              <td class="number">${all === 0 ? '' : percent(positives / all)}${shareBar(all === 0 ? 0 : positives / all)}</td>`
          : html`<td class="number">${range && number(range.mean)}</td>
              <td class="number">${range && `${number(range.minimum)} to ${number(range.maximum)}`}</td>`
      }
    </tr>`;
  });
  const heads = isBinary ? ['Positive', 'Share'] : ['Mean', 'Range'];
  return section(
    'Rows',
    html`<div class="scroll">
        <table>
          <caption>
            The model learns
            <strong>${label.name}</strong
            >${isBinary ? ', which is 0 or 1' : ', a number'}. Each device is in one of train, validation and test_devices.
          </caption>
          <thead>
            <tr>
              <th scope="col">Split</th>
              <th scope="col" class="number">Rows</th>
              <th scope="col" class="number">Devices</th>
              ${heads.map((head) => html`<th scope="col" class="number">${head}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${rows}
          </tbody>
        </table>
      </div>
      ${isBinary ? undefined : labelPicture(label)}`,
  );
}

function labelPicture(label: LabelCard): Html {
  return html`<p class="quiet">${label.name} in the rows that are trained on</p>
    ${distribution(label.picture, undefined, `Distribution of ${label.name}`)}`;
}
