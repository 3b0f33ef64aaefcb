import { decimal, t } from '../../../../src/core/l10n';
import { TokenText } from '../../../components/TokenText';
import { temperatureLabel } from '../../../numbers';
import { visibleString } from '../../../visibleText';
import type { PositionView } from '../positionView';

/** Where we are: file, record, line and token, and the token between its neighbours like an entry of a concordance. */
export function RecordHeader({ view, pinned = false }: { readonly view: PositionView; readonly pinned?: boolean }) {
  const { context } = view;
  return (
    <header class="record-header">
      <p class="place">
        <span class="file" title={shown(view.file)}>
          {shown(baseName(view.file))}
        </span>
        <span class="line">{t('line {0}', view.recordLine)}</span>
        <span class="record" title={shown(view.recordId)}>
          {t('record {0}', shown(view.recordId))}
        </span>
        <span class="ordinal">{t('token {0} of {1}', view.ordinal, view.tokens)}</span>
        {pinned && <span class="ordinal">{t('temperature {0}', decimal(temperatureLabel(view.temperature)))}</span>}
      </p>
      {/* The text around the token is isolated, so that one side's direction does not reorder the other. */}
      <p class="context">
        <span class="before">
          <bdi>
            <TokenText text={context.before} spaces="runs" limit={Number.POSITIVE_INFINITY} />
          </bdi>
        </span>
        <mark>
          <bdi>
            {context.token === '' ? (
              <span class="unseen">{context.atEnd ? t('end of record') : t('no text')}</span>
            ) : (
              <TokenText text={context.token} limit={120} />
            )}
          </bdi>
        </mark>
        <span class="after">
          <bdi>
            <TokenText text={context.after} spaces="runs" limit={Number.POSITIVE_INFINITY} />
          </bdi>
        </span>
      </p>
    </header>
  );
}

function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

function shown(untrusted: string): string {
  return visibleString(untrusted, { spaces: 'none', limit: 300 });
}
