import { parts, t } from '../../../../src/core/l10n';
import { share } from '../../../../src/core/report/share';
import type { ProbeSnapshot } from '../../../../src/protocol/probe';
import { NO_NUMBER, rankLabel } from '../../../numbers';
import type { ProbeState } from '../probeState';

/** What the picked model says behind each prompt of the picked fact. */
export function CellDetail({ probe, snapshot }: { readonly probe: ProbeState; readonly snapshot: ProbeSnapshot }) {
  const picked = probe.picked.value;
  const at = snapshot.models.findIndex(({ name }) => name === picked?.model);
  const row = snapshot.facts.find(({ fact }) => fact === picked?.fact);
  const cell = row?.cells[at];
  if (picked === null || row === undefined || typeof cell !== 'object' || cell === null) {
    return null;
  }
  const title = t('What {0} answers about {1}', picked.model, row.fact);
  return (
    <section class="detail" aria-label={title}>
      <div class="head">
        <h2>{parts('{0} on {1}', <bdi>{picked.model}</bdi>, <bdi>{row.name}</bdi>)}</h2>
        <button type="button" onClick={() => probe.pick(null)}>
          {t('Close')}
        </button>
      </div>
      <table class="plain">
        <caption class="visually-hidden">{title}</caption>
        <thead>
          <tr>
            <th scope="col">{t('Prompt, and how the model goes on')}</th>
            <th scope="col" class="number">
              {t('P(answer)')}
            </th>
            <th scope="col" class="number">
              {t('First token')}
            </th>
            <th scope="col" class="number">
              {t('Rank')}
            </th>
            <th
              scope="col"
              class="number"
              title={t('How likely wrong answers are beside the right one: from 1 on the model cannot tell')}
            >
              {t('Truth ratio')}
            </th>
          </tr>
        </thead>
        <tbody>
          {cell.prompts.map(({ said, rest, mass, tokenMass, rank, truthRatio }, prompt) => (
            <tr key={row.prompts[prompt]}>
              <th scope="row">
                <span class="quiet">
                  <bdi>{row.prompts[prompt]}</bdi>
                </span>{' '}
                {said !== '' && (
                  <mark>
                    <bdi>{said}</bdi>
                  </mark>
                )}
                <bdi>{rest}</bdi>
                {said === '' && rest === '' && <span class="quiet">{t('(ends the text)')}</span>}
              </th>
              <td class="number">{share(mass)}</td>
              <td class="number">{share(tokenMass)}</td>
              <td class="number">{rankLabel(rank)}</td>
              <td class="number">{truthRatio === null ? NO_NUMBER : share(truthRatio)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
