import CommentOutlined from '@ant-design/icons/es/icons/CommentOutlined';
import DownloadOutlined from '@ant-design/icons/es/icons/DownloadOutlined';
import LinkOutlined from '@ant-design/icons/es/icons/LinkOutlined';
import ShareAltOutlined from '@ant-design/icons/es/icons/ShareAltOutlined';
import { useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button } from 'antd';
import { type RefObject, useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import { pathOf } from '../../api/ask.ts';
import { CALL } from '../../api/live-data.ts';
import { useMay, useSession } from '../../api/session.tsx';
import type { CallRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { dateTime } from '../../kit/format.ts';
import { LinkDialog } from '../../kit/link-dialog.tsx';
import { Player, type PlayerHandle } from '../../kit/player.tsx';
import { type Comment, useComments } from './comments.tsx';
import { callWords } from './drawer-words.ts';

interface RecordingsProps {
  readonly call: CallRow;
  /** Set to the first player's. */
  readonly player: RefObject<PlayerHandle | null>;
  /** A comment is to be written at a moment. */
  readonly comment: (atMs: number) => void;
}

/** Where a recording lies within its call, so that it stands above the seconds that it holds; undefined: it is not known. */
function placeOf(call: CallRow, { startMs, durationMs }: CallRow['recordings'][number]) {
  if (startMs === null || durationMs === null || call.durationMs <= 0) return undefined;
  const from = Math.min(1, startMs / call.durationMs);
  return { from, share: Math.min(1 - from, durationMs / call.durationMs) };
}

/** A call's recordings, to listen to: who does is in the audit trail. */
export function Recordings({ call, player, comment }: RecordingsProps) {
  const say = useSay(callWords);
  const { zone } = useSession();
  return call.recordings.map((recording, no) => {
    const { file, deletedAt, error } = recording;
    if (deletedAt !== null)
      return (
        <p className="faint" key={file}>
          {say('deleted', { time: dateTime(deletedAt, zone) })}
          {recording.deletedBecause && ` · ${recording.deletedBecause}`}
        </p>
      );
    return (
      <div key={file}>
        {error !== null && <Alert type="warning" showIcon title={say('broken', { error })} />}
        <Recording call={call} no={no} player={player} comment={comment} />
      </div>
    );
  });
}

const NO_COMMENTS: readonly Comment[] = [];

function Recording({ call, no, player, comment }: RecordingsProps & { readonly no: number }) {
  const say = useSay(callWords);
  const client = useQueryClient();
  const { message } = App.useApp();
  const mayShare = useMay('recording:share');
  const mayNote = useMay('call:note');
  const [params] = useSearchParams();
  const [isSharing, setSharing] = useState(false);
  const comments = useComments(call).data?.items ?? NO_COMMENTS;
  const recording = call.recordings[no]!;
  const path = `/recordings/${encodeURIComponent(`${call.id}.${no}`)}`;
  const isFirst = no === 0;
  const marks = useMemo(
    () =>
      isFirst
        ? comments.flatMap(({ atMs, text, by }) => (atMs === null ? [] : [{ atMs, title: `${by} ${text}` }]))
        : [],
    [comments, isFirst],
  );
  const seconds = Number(params.get('t') ?? '');
  const isMeant = Number(params.get('rec') ?? '1') === no + 1;
  // Who heard, saved or shared it is told below.
  const used = () => void client.invalidateQueries({ queryKey: [...CALL, call.id, 'listeners'] });
  const copy = () => {
    const at = Math.floor((player.current?.now() ?? 0) / 1000);
    const link = new URL(`/calls/${encodeURIComponent(call.id)}`, location.origin);
    link.searchParams.set('t', String(at));
    void navigator.clipboard?.writeText(String(link)).then(() => message.success(say('copied')));
  };
  return (
    <>
      <Player
        ref={isFirst ? player : null}
        label={say('recordingOf', { no: no + 1 })}
        path={path}
        durationMs={recording.durationMs}
        channels={[say('legCaller'), say('legAgent')]}
        place={placeOf(call, recording)}
        marks={marks}
        heard={used}
        beginAt={isMeant && seconds > 0 ? seconds * 1000 : undefined}
        acts={
          <>
            {isFirst && mayNote && (
              <Button
                size="small"
                icon={<CommentOutlined />}
                onClick={() => comment(player.current?.now() ?? 0)}
              >
                {say('commentHere')}
              </Button>
            )}
            {isFirst && (
              <Button
                size="small"
                type="text"
                icon={<LinkOutlined />}
                aria-label={say('copyMoment')}
                title={say('copyMoment')}
                onClick={copy}
              />
            )}
            {mayShare && (
              <Button
                size="small"
                type="text"
                icon={<ShareAltOutlined />}
                aria-label={say('share')}
                title={say('share')}
                onClick={() => setSharing(true)}
              />
            )}
            <Button
              size="small"
              type="text"
              icon={<DownloadOutlined />}
              href={pathOf(`${path}/audio`, { download: true })}
              aria-label={say('download')}
              title={say('download')}
            />
          </>
        }
      />
      {isSharing && (
        <LinkDialog
          path={`${path}/shares`}
          title={say('share')}
          text={say('shareText')}
          longest="month"
          close={() => {
            setSharing(false);
            used();
          }}
        />
      )}
    </>
  );
}
