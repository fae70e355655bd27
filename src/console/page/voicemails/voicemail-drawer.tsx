import DownloadOutlined from '@ant-design/icons/es/icons/DownloadOutlined';
import MailOutlined from '@ant-design/icons/es/icons/MailOutlined';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Input, Modal, Space } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { ApiError, ask, pathOf } from '../../api/ask.ts';
import { VOICEMAILS } from '../../api/live-data.ts';
import { useMay, useSession } from '../../api/session.tsx';
import type { VoicemailRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { dateTime, phoneNumber } from '../../kit/format.ts';
import { Moment } from '../../kit/moment.tsx';
import { PhoneNumber } from '../../kit/phone-number.tsx';
import { Player } from '../../kit/player.tsx';
import { Empty, Failed, Loading, ProblemText } from '../../kit/states.tsx';
import { MessageDone, MessageState } from './message-state.tsx';
import { voicemailWords } from './words.ts';
import '../../kit/details.css';

const pathTo = (id: string) => `/voicemails/${encodeURIComponent(id)}`;

/** A message: heard, noted, seen to, deleted. */
export function VoicemailDrawer({ close }: { readonly close: () => void }) {
  const say = useSay(voicemailWords);
  const { id = '' } = useParams();
  const message = useQuery({
    queryKey: [...VOICEMAILS, id],
    queryFn: ({ signal }) => ask<VoicemailRow>(pathTo(id), { signal }),
  });
  const isGone = message.error instanceof ApiError && message.error.status === 404;
  return (
    <Drawer open size={560} onClose={close} destroyOnHidden title={<Head message={message.data} />}>
      {message.isPending && <Loading lines={8} />}
      {isGone && (
        <Empty
          icon={<MailOutlined />}
          title={say('gone')}
          act={<Button onClick={close}>{say('close')}</Button>}
        >
          {say('goneText')}
        </Empty>
      )}
      {message.isError && !isGone && <Failed error={message.error} retry={() => void message.refetch()} />}
      {message.data && <Body key={id} message={message.data} />}
    </Drawer>
  );
}

function Head({ message }: { readonly message: VoicemailRow | undefined }) {
  const say = useSay(voicemailWords);
  if (!message) return say('message');
  const { id, caller, state } = message;
  return (
    <div className="call-head">
      <span className="faint">{say('message')}</span>
      <span className="call-number">
        <PhoneNumber number={caller} callId={id} />
      </span>
      <MessageState state={state} />
    </div>
  );
}

interface Change {
  readonly heard?: boolean;
  readonly saved?: boolean;
  readonly done?: boolean;
  readonly note?: string;
}

function Body({ message }: { readonly message: VoicemailRow }) {
  const say = useSay(voicemailWords);
  const { zone } = useSession();
  const client = useQueryClient();
  const { message: toast } = App.useApp();
  const mayChange = useMay('voicemail:update');
  const mayDelete = useMay('voicemail:delete');
  const maySeeCall = useMay('call:read');
  const [note, setNote] = useState(message.note);
  const [isDeleting, setDeleting] = useState(false);
  const { id, caller, called, mailbox, startedAt, durationMs, state, heardBy, heardAt } = message;
  const { subject, doneAt, doneBy, savedAt, deletedAt, deletedBecause } = message;
  const fresh = () => client.invalidateQueries({ queryKey: VOICEMAILS });
  const change = useMutation({
    mutationFn: (body: Change) => ask<VoicemailRow>(pathTo(id), { method: 'PATCH', body }),
    onSuccess: async (changed) => {
      client.setQueryData([...VOICEMAILS, id], changed);
      await fresh();
    },
    onError: (error) => toast.error(<ProblemText error={error} />),
  });
  const isDeleted = deletedAt !== null;
  return (
    <>
      {isDeleted ? (
        <Alert
          type="warning"
          showIcon
          title={say('deletedAt', { time: dateTime(deletedAt, zone) })}
          description={deletedBecause && say('deletedWhy', { why: deletedBecause })}
        />
      ) : (
        <Player
          label={say('fromOf', { number: phoneNumber(caller) })}
          path={pathTo(id)}
          durationMs={durationMs}
          heard={() => void fresh()}
          acts={
            <Button
              size="small"
              type="text"
              icon={<DownloadOutlined />}
              aria-label={say('download')}
              title={say('download')}
              href={pathOf(`${pathTo(id)}/audio`, { download: true })}
            />
          }
        />
      )}
      <dl className="call-facts">
        <div>
          <dt>{say('at')}</dt>
          <dd>
            <Moment at={startedAt} />
          </dd>
        </div>
        <div>
          <dt>{say('mailbox')}</dt>
          <dd>{mailbox}</dd>
        </div>
        {subject !== null && (
          <div>
            <dt>{say('subject')}</dt>
            <dd>{subject}</dd>
          </div>
        )}
        <div>
          <dt>{say('called')}</dt>
          <dd>{phoneNumber(called)}</dd>
        </div>
        <div>
          <dt>{say('heardBy')}</dt>
          <dd>{heardAt === null ? say('none') : `${heardBy ?? ''} ${dateTime(heardAt, zone)}`}</dd>
        </div>
        <div>
          <dt>{say('handled')}</dt>
          <dd>
            <MessageDone doneAt={doneAt} />
          </dd>
        </div>
        {doneAt !== null && (
          <div>
            <dt>{say('doneBy')}</dt>
            <dd>{`${doneBy ?? ''} ${dateTime(doneAt, zone)}`}</dd>
          </div>
        )}
      </dl>
      {mayChange && !isDeleted && (
        <>
          <div className="message-note">
            <Input.TextArea
              aria-label={say('note')}
              placeholder={say('note')}
              rows={3}
              maxLength={2000}
              value={note}
              onChange={({ target }) => setNote(target.value)}
            />
            <Button
              disabled={note.trim() === message.note}
              loading={change.isPending && change.variables.note !== undefined}
              onClick={() => change.mutate({ note: note.trim() })}
            >
              {say('saveNote')}
            </Button>
          </div>
          <Space wrap>
            <Button
              type={doneAt === null ? 'primary' : 'default'}
              onClick={() => change.mutate({ done: doneAt === null })}
            >
              {say(doneAt === null ? 'markDone' : 'markOpen')}
            </Button>
            <Button onClick={() => change.mutate({ saved: savedAt === null })}>
              {say(savedAt === null ? 'save' : 'unsave')}
            </Button>
            {state !== 'new' && (
              <Button onClick={() => change.mutate({ heard: false })}>{say('markNew')}</Button>
            )}
            {mayDelete && (
              <Button danger onClick={() => setDeleting(true)}>
                {say('delete')}
              </Button>
            )}
          </Space>
        </>
      )}
      {!mayChange && message.note && <p className="comment-text">{message.note}</p>}
      {maySeeCall && (
        <p className="message-call">
          <Link to={`/calls/${encodeURIComponent(id)}?range=all`}>{say('openCall')}</Link>
        </p>
      )}
      {isDeleting && <Delete message={message} close={() => setDeleting(false)} deleted={fresh} />}
    </>
  );
}

interface DeleteProps {
  readonly message: VoicemailRow;
  readonly close: () => void;
  readonly deleted: () => Promise<void>;
}

const LEAST_WORDS = 3;

function Delete({ message: { id, caller, startedAt }, close, deleted }: DeleteProps) {
  const say = useSay(voicemailWords);
  const { zone } = useSession();
  const [reason, setReason] = useState('');
  const remove = useMutation({
    mutationFn: () => ask(pathTo(id), { method: 'DELETE', body: { reason: reason.trim() } }),
    onSuccess: async () => {
      await deleted();
      close();
    },
  });
  return (
    <Modal
      open
      width={420}
      title={say('delete')}
      okText={say('delete')}
      cancelText={say('cancel')}
      okButtonProps={{
        danger: true,
        disabled: [...reason.trim()].length < LEAST_WORDS,
        loading: remove.isPending,
      }}
      onOk={() => remove.mutate()}
      onCancel={close}
    >
      <div className="share">
        <p>{say('deleteText', { number: phoneNumber(caller), time: dateTime(startedAt, zone) })}</p>
        <Input
          autoFocus
          aria-label={say('deleteWhy')}
          placeholder={say('deleteWhy')}
          maxLength={200}
          value={reason}
          onChange={({ target }) => setReason(target.value)}
        />
        {remove.isError && <Alert type="error" showIcon title={<ProblemText error={remove.error} />} />}
      </div>
    </Modal>
  );
}
