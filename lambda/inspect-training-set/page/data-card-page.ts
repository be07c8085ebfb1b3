import type { DataCard } from '../../shared/data-card';
import { featuresSection } from './features-section';
import { gatesSection } from './gates-section';
import { heading } from './heading';
import { html } from './html';
import { inputsSection } from './inputs-section';
import { rowsSection } from './rows-section';
import { style } from './style';

/**
 * A data card as a page: one file, without scripts, that shows and prints by itself.
 *
 * @param reference the card that it is compared with. @default - none
 */
export function dataCardPage(card: DataCard, reference?: DataCard): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>Training set ${card.jobName}</title>
        <style>
          ${style}
        </style>
      </head>
      <body>
        ${heading(card)}
        <main>${gatesSection(card.gates)} ${rowsSection(card)} ${inputsSection(card)} ${featuresSection(card, reference)}</main>
      </body>
    </html> `.text;
}
