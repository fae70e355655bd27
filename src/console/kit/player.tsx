import BackwardOutlined from '@ant-design/icons/es/icons/BackwardOutlined';
import CaretRightOutlined from '@ant-design/icons/es/icons/CaretRightOutlined';
import ForwardOutlined from '@ant-design/icons/es/icons/ForwardOutlined';
import PauseOutlined from '@ant-design/icons/es/icons/PauseOutlined';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Select, Switch } from 'antd';
import {
  lazy,
  type ReactNode,
  type Ref,
  Suspense,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from 'react';
import { ask, pathOf, type Query } from '../api/ask.ts';
import type { AudioPeaks } from '../api/types.ts';
import { useSay } from '../i18n/language.tsx';
import { clock } from './format.ts';
import { playerWords } from './player-words.ts';
import { behind, silencesOf } from './silence.ts';
import './player.css';

const Waveform = lazy(() => import('./waveform.tsx'));

const SPEEDS = [0.75, 1, 1.25, 1.5, 1.75, 2];
const JUMP_SECONDS = 5;
const LINE_PX = 36;

/** What those around a player may ask of it. */
export interface PlayerHandle {
  /** Goes to a moment; `isPlayed`: and plays from there. */
  readonly seek: (ms: number, isPlayed?: boolean) => void;
  /** Where it is, ms. */
  readonly now: () => number;
  /** Plays a part of it. */
  readonly playPart: (fromMs: number, toMs: number) => void;
}

/** Something said of a moment. */
export interface Mark {
  readonly atMs: number;
  readonly title: string;
}

export interface PlayerProps {
  readonly label: string;
  /** Of the recording or message, without `/audio` and `/peaks`. */
  readonly path: string;
  /** What else both are asked by. */
  readonly query?: Query;
  readonly durationMs: number | null;
  /** A part of it that is chosen, ms: what is around it is dimmed. */
  readonly part?: { readonly fromMs: number; readonly toMs: number } | undefined;
  /** What is drawn is there. */
  readonly drawn?: (peaks: AudioPeaks) => void;
  /** Its channels by name, as they are drawn. */
  readonly channels?: readonly string[];
  /** Where on a longer axis it lies: beginning and length, of 1. */
  readonly place?: { readonly from: number; readonly share: number } | undefined;
  readonly marks?: readonly Mark[];
  /** Begins here, ms. */
  readonly beginAt?: number | undefined;
  readonly acts?: ReactNode;
  /** Somebody hears it: the audit trail has that. */
  readonly heard?: () => void;
  readonly ref?: Ref<PlayerHandle>;
}

/** Plays a recording or a message: waveform, speed, silences skipped. Nothing is fetched before somebody listens: to ask for audio is to listen, for the audit trail. */
export function Player(props: PlayerProps) {
  const { label, path, query, durationMs, channels = [], place, marks = [], beginAt } = props;
  const { part, drawn, acts, heard, ref } = props;
  const say = useSay(playerWords);
  const [audio, setAudio] = useState<HTMLAudioElement | null>(null);
  const wave = useRef<((seconds: number) => void) | undefined>(undefined);
  const [at, setAt] = useState((beginAt ?? 0) / 1000);
  const [isPlaying, setPlaying] = useState(false);
  const [isBroken, setBroken] = useState(false);
  const [speed, setSpeed] = useState(1);
  const [skips, setSkips] = useState(false);
  const hasBegun = useRef(false);
  const peaks = useQuery({
    queryKey: ['peaks', path, query],
    queryFn: ({ signal }) => ask<AudioPeaks>(`${path}/peaks`, { query, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: 1,
  });
  useEffect(() => {
    if (peaks.data) drawn?.(peaks.data);
  }, [peaks.data, drawn]);
  /** Where it stops by itself, s. */
  const stopAt = useRef<number | undefined>(undefined);
  const silences = useMemo(() => (peaks.data ? silencesOf(peaks.data) : []), [peaks.data]);
  const lengthMs = peaks.data?.durationMs ?? durationMs ?? 0;
  const length = lengthMs / 1000;
  const seek = (seconds: number) => {
    const to = Math.max(0, Math.min(length, seconds));
    setAt(to);
    if (wave.current) wave.current(to);
    else if (audio) audio.currentTime = to;
  };
  const play = () => {
    if (!audio) return;
    audio.playbackRate = speed;
    if (!hasBegun.current) {
      hasBegun.current = true;
      // Where it was put before there was anything to play.
      if (at > 0 && audio.currentTime === 0) audio.currentTime = at;
    }
    // A pause before it has begun is no fault.
    void audio.play().catch(() => {});
  };
  const moved = (seconds: number) => {
    setAt(seconds);
    if (stopAt.current !== undefined && seconds >= stopAt.current) {
      stopAt.current = undefined;
      audio?.pause();
    }
    const to = skips && isPlaying ? behind(silences, seconds * 1000) : undefined;
    if (to !== undefined && audio) audio.currentTime = to / 1000;
  };
  useImperativeHandle(ref, () => ({
    seek: (ms, isPlayed = false) => {
      seek(ms / 1000);
      if (isPlayed) play();
    },
    now: () => Math.round(at * 1000),
    playPart: (fromMs, toMs) => {
      stopAt.current = toMs / 1000;
      seek(fromMs / 1000);
      play();
    },
  }));
  if (isBroken) return <Alert type="error" showIcon title={say('noAudio')} role="alert" />;
  const placed = place && { marginLeft: `${place.from * 100}%`, width: `${place.share * 100}%` };
  return (
    <section className="player" aria-label={label}>
      <div className="player-bar">
        <Button
          shape="circle"
          type="primary"
          icon={isPlaying ? <PauseOutlined /> : <CaretRightOutlined />}
          aria-label={say(isPlaying ? 'pause' : 'play')}
          onClick={() => (isPlaying ? audio?.pause() : play())}
        />
        <Button
          type="text"
          icon={<BackwardOutlined />}
          aria-label={say('back', { n: JUMP_SECONDS })}
          title={say('back', { n: JUMP_SECONDS })}
          onClick={() => seek(at - JUMP_SECONDS)}
        />
        <Button
          type="text"
          icon={<ForwardOutlined />}
          aria-label={say('forward', { n: JUMP_SECONDS })}
          title={say('forward', { n: JUMP_SECONDS })}
          onClick={() => seek(at + JUMP_SECONDS)}
        />
        <span className="player-time">
          {clock(at * 1000)} <span className="faint">/ {clock(lengthMs)}</span>
        </span>
        <Select
          size="small"
          className="player-speed"
          aria-label={say('speed')}
          value={speed}
          onChange={(value) => {
            setSpeed(value);
            if (audio) audio.playbackRate = value;
          }}
          options={SPEEDS.map((value) => ({ value, label: `${value}×` }))}
        />
        {silences.length > 0 && (
          // biome-ignore lint/a11y/noLabelWithoutControl: antd's switch is one
          <label className="player-skip">
            <Switch size="small" checked={skips} onChange={setSkips} />
            {say('skip')}
          </label>
        )}
        <span className="player-acts">{acts}</span>
      </div>
      {/* biome-ignore lint/a11y/useMediaCaption: nobody has written down what was said */}
      <audio
        ref={setAudio}
        preload="none"
        src={pathOf(`${path}/audio`, query)}
        onError={() => setBroken(true)}
        onPlay={() => setPlaying(true)}
        onPlaying={heard}
        onPause={() => setPlaying(false)}
        onEnded={() => setPlaying(false)}
        onTimeUpdate={({ currentTarget }) => moved(currentTarget.currentTime)}
      />
      <div className="player-track" style={placed}>
        <div className="player-wave">
          {peaks.data && audio && (
            <Suspense fallback={null}>
              <Waveform
                peaks={peaks.data}
                media={audio}
                height={peaks.data.channels.length > 1 ? LINE_PX : 2 * LINE_PX}
                seek={wave}
                moved={setAt}
              />
            </Suspense>
          )}
          {peaks.data?.channels.length === 2 &&
            channels.map((name) => (
              <span key={name} className="player-channel" aria-hidden>
                {name}
              </span>
            ))}
          {part && lengthMs > 0 && (
            <>
              <span className="player-left-out" style={{ width: `${(part.fromMs / lengthMs) * 100}%` }} />
              <span
                className="player-left-out is-behind"
                style={{ width: `${Math.max(0, 1 - part.toMs / lengthMs) * 100}%` }}
              />
            </>
          )}
          {marks.map(({ atMs, title }) => (
            <button
              key={`${atMs} ${title}`}
              type="button"
              className="player-mark"
              style={{ left: `${(atMs / Math.max(1, lengthMs)) * 100}%` }}
              aria-label={say('mark', { at: clock(atMs), title })}
              title={`${clock(atMs)} ${title}`}
              onClick={() => seek(atMs / 1000)}
            />
          ))}
        </div>
        <input
          className="player-seek"
          type="range"
          min={0}
          max={Math.max(1, Math.floor(length))}
          step={1}
          value={Math.floor(at)}
          aria-label={say('seek', { label })}
          aria-valuetext={clock(at * 1000)}
          onChange={({ target }) => seek(Number(target.value))}
        />
      </div>
      {peaks.isError && <p className="faint small">{say('noWave')}</p>}
    </section>
  );
}
