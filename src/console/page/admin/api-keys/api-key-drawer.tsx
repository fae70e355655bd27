import DeleteOutlined from '@ant-design/icons/es/icons/DeleteOutlined';
import KeyOutlined from '@ant-design/icons/es/icons/KeyOutlined';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Drawer } from 'antd';
import { useState } from 'react';
import { useParams } from 'react-router';
import { ask } from '../../../api/ask.ts';
import { useMay, useSession } from '../../../api/session.tsx';
import type { ApiKeyRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { ConfirmAct } from '../../../kit/confirm-act.tsx';
import { dateTime } from '../../../kit/format.ts';
import { Moment } from '../../../kit/moment.tsx';
import { Empty, Loading } from '../../../kit/states.tsx';
import type { List } from '../../../kit/use-list.ts';
import { rightsMap } from '../rights/permissions.ts';
import { RightsMatrix } from '../rights/rights-matrix.tsx';
import { apiKeysWords } from './words.ts';
import '../people.css';

interface DrawerProps {
  readonly list: List<ApiKeyRow>;
  readonly close: () => void;
}

/** A key: what it opens, since when and until when; its end. */
export function ApiKeyDrawer({ list, close }: DrawerProps) {
  const say = useSay(apiKeysWords);
  const { zone } = useSession();
  const client = useQueryClient();
  const { message } = App.useApp();
  const mayRevoke = useMay('api-key:delete');
  const { id = '' } = useParams();
  const [isRevoking, setRevoking] = useState(false);
  const key = list.rows.kept.find((each) => each?.id === id);
  const rights = rightsMap((key?.permissions ?? []).map((permission) => ({ permission, reach: 'tenant' })));
  return (
    <Drawer open size={900} onClose={close} title={key?.name ?? say('title')}>
      {!key && list.state === 'pending' && <Loading lines={6} />}
      {!key && list.state !== 'pending' && (
        <Empty
          icon={<KeyOutlined />}
          title={say('gone')}
          act={<Button onClick={close}>{say('close')}</Button>}
        >
          {say('goneText')}
        </Empty>
      )}
      {key && (
        <div className="people-body">
          <dl className="people-facts people-first">
            <div>
              <dt>{say('prefix')}</dt>
              <dd>
                <code>{key.prefix}…</code>
              </dd>
            </div>
            <div>
              <dt>{say('by')}</dt>
              <dd>
                {key.createdBy} {key.createdAt && <Moment at={key.createdAt} />}
              </dd>
            </div>
            <div>
              <dt>{say('ends')}</dt>
              <dd>{key.endsAt === null ? say('never') : <Moment at={key.endsAt} />}</dd>
            </div>
            <div>
              <dt>{say('used')}</dt>
              <dd>{key.usedAt === null ? say('unused') : <Moment at={key.usedAt} />}</dd>
            </div>
            <div>
              <dt>{say('addresses')}</dt>
              <dd>{key.addresses.length > 0 ? key.addresses.join(' ') : say('anywhere')}</dd>
            </div>
          </dl>
          {mayRevoke && (
            <div className="people-acts">
              <Button danger icon={<DeleteOutlined />} onClick={() => setRevoking(true)}>
                {say('revoke')}
              </Button>
            </div>
          )}
          <RightsMatrix permissions={key.permissions} rights={rights} own={rights} hasReach={false} />
        </div>
      )}
      {isRevoking && key && (
        <ConfirmAct
          isDanger
          title={say('revokeOf', { name: key.name })}
          act={() => ask(`/api-keys/${encodeURIComponent(key.id)}`, { method: 'DELETE' })}
          done={async () => {
            close();
            message.success(say('revoked', { name: key.name }));
            await client.invalidateQueries({ queryKey: ['api-keys'] });
          }}
          close={() => setRevoking(false)}
        >
          <p>{say('revokeText')}</p>
          {key.usedAt !== null && <p>{say('revokeUsed', { time: dateTime(key.usedAt, zone) })}</p>}
        </ConfirmAct>
      )}
    </Drawer>
  );
}
