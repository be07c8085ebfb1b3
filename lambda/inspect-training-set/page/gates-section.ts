import type { Gate } from '../../shared/data-card';
import { html, type Html } from './html';
import { section } from './section';

/** What is asked of it. */
export function gatesSection(gates: readonly Gate[]): Html {
  const row = ({ detail, name, passed }: Gate): Html =>
    html`<tr>
      <td class="result ${passed ? 'good' : 'bad'}">${passed ? '✓ passed' : '✗ holds back'}</td>
      <th scope="row">${name}</th>
      <td>${detail}</td>
    </tr>`;
  return section(
    'Gates',
    html`<table>
      <caption>
        A model is trained when all of them are passed, or when a person forces it.
      </caption>
      <thead>
        <tr>
          <th scope="col">Result</th>
          <th scope="col">Gate</th>
          <th scope="col">What was found</th>
        </tr>
      </thead>
      <tbody>
        ${gates.map(row)}
      </tbody>
    </table>`,
  );
}
