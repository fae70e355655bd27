import type { CodeFacts } from './code-facts.ts';

/** Error codes of media: our own engine, rtpengine, FreeSWITCH. A part of the one table, ERROR_CODES. */
export const MEDIA_ERROR_CODES = {
  // Media.
  'media-negotiation': {
    http: 400,
    cause: 'not-acceptable',
    en: 'Offer and answer have nothing in common',
    zh: '媒体协商失败',
  },
  'media-exhausted': {
    http: 503,
    cause: 'resource-unavailable',
    en: 'No port or server is left',
    zh: '媒体资源已用尽',
  },
  'media-unsupported': {
    http: 501,
    cause: 'unsupported',
    en: 'The media engine cannot do it',
    zh: '媒体引擎不支持',
  },
  'media-worker': { http: 500, cause: 'media-lost', en: 'A media thread ended', zh: '媒体线程已退出' },
  wav: {
    http: 422,
    cause: 'failure',
    en: 'The file is no WAV of a telephone',
    zh: '不是电话可播放的 WAV 文件',
  },
  'disk-slow': { http: 503, cause: 'failure', en: 'The disk takes no more data', zh: '磁盘写入跟不上' },
  'no-audio': {
    http: 422,
    cause: 'failure',
    en: 'The file holds no audio that can be read',
    zh: '文件中没有可读取的音频',
  },
  'too-long': { http: 422, cause: 'failure', en: 'It is too long', zh: '时长或长度超出限制' },
  speech: { http: 502, cause: 'failure', en: 'The speech engine did not say it', zh: '语音合成失败' },
  'speech-missing': {
    http: 503,
    cause: 'failure',
    en: 'There is no speech engine',
    zh: '没有可用的语音合成引擎',
  },
  ffmpeg: { http: 500, cause: 'failure', en: 'ffmpeg could not do it', zh: 'ffmpeg 处理失败' },
  'ffmpeg-missing': { http: 503, cause: 'failure', en: 'ffmpeg cannot be used', zh: 'ffmpeg 不可用' },

  // rtpengine.
  'rtpengine-none': {
    http: 503,
    cause: 'media-lost',
    en: 'No rtpengine answers',
    zh: '没有可用的 rtpengine',
  },
  'rtpengine-silent': {
    http: 503,
    cause: 'media-lost',
    en: 'rtpengine does not answer',
    zh: 'rtpengine 无应答',
  },
  'rtpengine-refused': {
    http: 502,
    cause: 'failure',
    en: 'rtpengine refused a command',
    zh: 'rtpengine 拒绝命令',
  },
  'rtpengine-recording': {
    http: 409,
    cause: 'failure',
    en: 'rtpengine records it already',
    zh: 'rtpengine 已在录音',
  },
  'rtpengine-capture': {
    http: 500,
    cause: 'failure',
    en: 'rtpengine left no capture',
    zh: 'rtpengine 未留下录音数据',
  },
  pcap: {
    http: 500,
    cause: 'failure',
    en: 'The file is no capture of rtpengine',
    zh: '不是 rtpengine 的抓包文件',
  },

  // FreeSWITCH.
  'freeswitch-none': {
    http: 503,
    cause: 'media-lost',
    en: 'No FreeSWITCH can be used',
    zh: '没有可用的 FreeSWITCH',
  },
  'freeswitch-secret': {
    http: 503,
    cause: 'media-lost',
    en: 'FreeSWITCH takes another secret',
    zh: 'FreeSWITCH 密码错误',
  },
  'freeswitch-acl': {
    http: 503,
    cause: 'media-lost',
    en: 'FreeSWITCH refuses this address',
    zh: 'FreeSWITCH 拒绝本机地址',
  },
  'freeswitch-profile': {
    http: 503,
    cause: 'media-lost',
    en: 'FreeSWITCH lacks the SIP profile',
    zh: 'FreeSWITCH 缺少 SIP profile',
  },
  'freeswitch-restarted': {
    http: 503,
    cause: 'media-lost',
    en: 'FreeSWITCH was restarted',
    zh: 'FreeSWITCH 已重启',
  },
  'freeswitch-hangup': {
    http: 502,
    cause: 'media-lost',
    en: 'FreeSWITCH ended the channel',
    zh: 'FreeSWITCH 挂断了通道',
  },
  'freeswitch-sip': {
    http: 502,
    cause: 'media-lost',
    en: 'FreeSWITCH took no call',
    zh: 'FreeSWITCH 未接受呼叫',
  },
  'freeswitch-sip-lost': {
    http: 502,
    cause: 'media-lost',
    en: 'The SIP side of the channel is lost',
    zh: 'FreeSWITCH 通道的 SIP 侧丢失',
  },
  'freeswitch-refused': {
    http: 502,
    cause: 'failure',
    en: 'FreeSWITCH refused a command',
    zh: 'FreeSWITCH 拒绝命令',
  },
  'freeswitch-command': {
    http: 500,
    cause: 'failure',
    en: 'The command is not one line',
    zh: 'FreeSWITCH 命令必须为一行',
  },
  'freeswitch-bridge': {
    http: 502,
    cause: 'failure',
    en: 'The channels were not joined',
    zh: 'FreeSWITCH 未能桥接',
  },
  'freeswitch-play': {
    http: 502,
    cause: 'failure',
    en: 'FreeSWITCH cannot play it',
    zh: 'FreeSWITCH 无法播放',
  },
  'freeswitch-record': {
    http: 502,
    cause: 'failure',
    en: 'FreeSWITCH ended the recording',
    zh: 'FreeSWITCH 录音中断',
  },
  'freeswitch-path': {
    http: 422,
    cause: 'failure',
    en: 'FreeSWITCH cannot use the path',
    zh: 'FreeSWITCH 无法使用该路径',
  },
} as const satisfies Readonly<Record<string, CodeFacts>>;
