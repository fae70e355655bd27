import FileSearchOutlined from '@ant-design/icons/es/icons/FileSearchOutlined';
import { useQuery } from '@tanstack/react-query';
import { Button, Drawer } from 'antd';
import { Link, useParams } from 'react-router';
import { ApiError, ask } from '../../../api/ask.ts';
import type { AuditEntryRow } from '../../../api/types.ts';
import { useSay, useSayOf } from '../../../i18n/language.tsx';
import { Device } from '../../../kit/device.tsx';
import { pathTo, useKinds } from '../../../kit/entity/kinds.ts';
import { Moment } from '../../../kit/moment.tsx';
import { Empty, Failed, Loading } from '../../../kit/states.tsx';
import type { List } from '../../../kit/use-list.ts';
import { useDetailText, useObjectText } from './detail-text.tsx';
import { type Change, changesOf, listChange, plainDetails } from './entry.ts';
import { actionWords, auditWords, detailWords, didWords } from './words.ts';
import '../../../kit/entity/entity.css';
import '../people.css';

interface DrawerProps {
  readonly list: List<AuditEntryRow>;
  readonly close: () => void;
}

/** An entry: who, when, from where, and what was before and after. */
export function AuditDrawer({ list, close }: DrawerProps) {
  const say = useSay(auditWords);
  const sayAction = useSayOf(actionWords);
  const sayDid = useSayOf(didWords);
  const { id = '' } = useParams();
  const known = list.rows.kept.find((each) => String(each?.seq) === id);
  // By a link one comes to any, also to one that the list does not show.
  const alone = useQuery({
    queryKey: ['audit', 'one', id],
    enabled: known === undefined,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => ask<AuditEntryRow>(`/audit/${encodeURIComponent(id)}`, { signal }),
  });
  const entry = known ?? alone.data;
  const isGone = !entry && alone.error instanceof ApiError && alone.error.status === 404;
  const did = entry?.details['did'];
  return (
    <Drawer
      open
      size={640}
      onClose={close}
      title={
        <span className="people-head">
          {entry ? sayAction(entry.action) : say('title')}
          {typeof did === 'string' && <span className="faint">{sayDid(did)}</span>}
        </span>
      }
    >
      {!entry && alone.isPending && <Loading lines={6} />}
      {!entry && alone.isError && !isGone && (
        <Failed error={alone.error} retry={() => void alone.refetch()} />
      )}
      {isGone && (
        <Empty
          icon={<FileSearchOutlined />}
          title={say('gone')}
          act={<Button onClick={close}>{say('close')}</Button>}
        >
          {say('goneText')}
        </Empty>
      )}
      {entry && <Entry entry={entry} />}
    </Drawer>
  );
}

function Entry({ entry }: { readonly entry: AuditEntryRow }) {
  const say = useSay(auditWords);
  const sayDetail = useSayOf(detailWords);
  const text = useDetailText();
  const objectText = useObjectText();
  const kinds = useKinds();
  const changes = changesOf(entry);
  const { details } = entry;
  const kind = kinds.data?.find((each) => each.kind === details['kind']);
  const object = objectText(entry);
  return (
    <div className="people-body">
      <dl className="people-facts people-first">
        <div>
          <dt>{say('at')}</dt>
          <dd>
            <Moment at={entry.at} />
          </dd>
        </div>
        <div>
          <dt>{say('by')}</dt>
          <dd>{entry.by}</dd>
        </div>
        {object !== undefined && (
          <div>
            <dt>{say('object')}</dt>
            <dd>{object}</dd>
          </div>
        )}
        {plainDetails(entry)
          .filter(([name]) => !(kind && (name === 'kind' || name === 'name')))
          .map(([name, value]) => (
            <div key={name}>
              <dt>{sayDetail(name)}</dt>
              <dd>{name === 'device' ? <Device text={String(value)} /> : text(name, value)}</dd>
            </div>
          ))}
      </dl>
      {changes.length > 0 && (
        <section>
          <h2 className="people-title">{say('changed')}</h2>
          <dl className="entity-changes">
            {changes.map((change) => (
              <div key={change.name}>
                <dt>{sayDetail(change.name)}</dt>
                <dd>
                  <Changed change={change} />
                </dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      {kind && typeof details['name'] === 'string' && (
        <p>
          <Link to={`/admin${pathTo(kind, details['name'])}`}>{say('openObject')}</Link>
        </p>
      )}
      <p className="faint small">{say('number', { n: entry.seq })}</p>
    </div>
  );
}

function Changed({ change: { name, before, after } }: { readonly change: Change }) {
  const say = useSay(auditWords);
  const text = useDetailText();
  if (Array.isArray(before) && Array.isArray(after)) {
    const { added, taken } = listChange(before, after);
    return (
      <>
        {taken.length > 0 && <span>{say('taken', { what: text(name, taken) })}</span>}
        {added.length > 0 && <span>{say('added', { what: text(name, added) })}</span>}
      </>
    );
  }
  return (
    <>
      {before !== undefined && <del>{text(name, before)}</del>}
      <ins>{text(name, after)}</ins>
    </>
  );
}
