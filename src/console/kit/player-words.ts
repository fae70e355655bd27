import { words } from '../i18n/words.ts';

export const playerWords = words(
  'player',
  {
    play: '播放',
    pause: '暂停',
    back: '后退 {{n}} 秒',
    forward: '前进 {{n}} 秒',
    speed: '播放速度',
    skip: '跳过静音',
    seek: '{{label}}的播放位置',
    mark: '批注 {{at}}：{{title}}',
    noWave: '没有波形：录音仍可播放。',
    noAudio: '录音无法播放：文件可能已删除，或您没有收听权限。',
  },
  {
    play: 'Play',
    pause: 'Pause',
    back: 'Back {{n}} s',
    forward: 'Forward {{n}} s',
    speed: 'Speed',
    skip: 'Skip silence',
    seek: 'Position in {{label}}',
    mark: 'Comment at {{at}}: {{title}}',
    noWave: 'There is no waveform; it can be played all the same.',
    noAudio: 'It cannot be played: the file may be deleted, or you may not listen to it.',
  },
);
