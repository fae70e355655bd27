import { useQuery } from '@tanstack/react-query';
import { ask } from '../../../api/ask.ts';
import { useMay, useSession } from '../../../api/session.tsx';
import type { ExtensionPhonesRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import type { EntityTabProps } from '../../../kit/entity/entity-tab.ts';
import { dateTime } from '../../../kit/format.ts';
import { Moment } from '../../../kit/moment.tsx';
import { Failed, Loading } from '../../../kit/states.tsx';
import { Quality } from './quality.tsx';
import { PhoneSettings } from './settings.tsx';
import { phoneWords } from './words.ts';
import '../../../kit/details.css';
import './phones.css';

const LOOK_MS = 10_000;

/** Phones of an extension (话机): what is registered, how one is set up, how the last calls sounded. */
export default function Phones({ entity, entityKey }: EntityTabProps) {
  const say = useSay(phoneWords);
  const { company } = useSession();
  const maySeeCalls = useMay('call:read');
  const phones = useQuery({
    queryKey: ['extension-phones', company, entityKey],
    refetchInterval: LOOK_MS,
    queryFn: ({ signal }) =>
      ask<ExtensionPhonesRow>(`/extensions/${encodeURIComponent(entityKey)}/phones`, { signal }),
  });
  if (phones.isPending) return <Loading lines={8} />;
  if (phones.isError) return <Failed error={phones.error} retry={() => void phones.refetch()} />;
  const row = phones.data;
  return (
    <div className="phones">
      <section className="phones-part">
        <h2>{say('registered')}</h2>
        <Registered row={row} />
      </section>
      <section className="phones-part">
        <h2>{say('settings')}</h2>
        <PhoneSettings row={row} entity={entity} extension={entityKey} />
      </section>
      {maySeeCalls && (
        <section className="phones-part">
          <h2>{say('quality')}</h2>
          <Quality extension={entityKey} agents={row.agents} />
        </section>
      )}
    </div>
  );
}

function Registered({ row: { registrations, fixedContact } }: { readonly row: ExtensionPhonesRow }) {
  const say = useSay(phoneWords);
  const { zone } = useSession();
  return (
    <>
      {fixedContact !== null && <p>{say('fixed', { uri: fixedContact })}</p>}
      {registrations.length === 0 && fixedContact === null && (
        <div role="status">
          <p>{say('none')}</p>
          <p className="faint small">{say('noneText')}</p>
        </div>
      )}
      {registrations.length > 0 && (
        <div className="plain-scroll">
          <table className="plain-table phones-table">
            <thead>
              <tr>
                <th>{say('phone')}</th>
                <th>{say('source')}</th>
                <th>{say('transport')}</th>
                <th>{say('since')}</th>
                <th>{say('until')}</th>
              </tr>
            </thead>
            <tbody>
              {registrations.map(({ source, transport, userAgent, since, until, inBrowser }) => (
                <tr key={`${transport} ${source}`}>
                  <td>
                    {inBrowser && <p>{say('browser')}</p>}
                    <span className={inBrowser ? 'faint small' : undefined}>
                      {userAgent ?? (inBrowser ? '' : say('unknown'))}
                    </span>
                  </td>
                  <td>{source}</td>
                  <td>{transport.toUpperCase()}</td>
                  <td>
                    {since === null ? (
                      <span className="faint small">{say('sinceBefore')}</span>
                    ) : (
                      <Moment at={since} isShort />
                    )}
                  </td>
                  <td title={dateTime(until, zone)}>
                    <Moment at={until} isShort />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
