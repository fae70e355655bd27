import type { CodeFacts } from './code-facts.ts';
import { MEDIA_ERROR_CODES } from './error-codes-media.ts';

/** The type keeps the codes, not the facts of each. */
function declared<Code extends string>(table: Record<Code, CodeFacts>): Readonly<Record<Code, CodeFacts>> {
  return table;
}

/** The one table of error codes. A code is stable: it is never renamed. */
export const ERROR_CODES = declared({
  // Anywhere.
  closed: { http: 503, cause: 'failure', en: 'It was closed meanwhile', zh: '对象已关闭' },
  deadline: { http: 504, cause: 'timeout', en: 'It did not finish in time', zh: '操作超时' },
  config: { http: 500, cause: 'dialplan-error', en: 'A mistake in the configuration', zh: '配置有误' },
  internal: { http: 500, cause: 'failure', en: 'The server failed', zh: '服务器内部错误' },
  'secret-key': {
    http: 500,
    cause: 'failure',
    en: 'A stored secret was sealed with another key',
    zh: '存储的密钥由其他主密钥加密',
  },
  'not-started': { http: 503, cause: 'failure', en: 'It is not started yet', zh: '尚未启动' },

  // Requests over HTTP.
  'bad-request': { http: 400, cause: 'failure', en: 'The request is wrong', zh: '请求有误' },
  'bad-cursor': {
    http: 400,
    cause: 'failure',
    en: 'The cursor is not one of this server',
    zh: '分页游标无效',
  },
  unauthorized: { http: 401, cause: 'forbidden', en: 'Sign in first', zh: '未登录或令牌无效' },
  forbidden: { http: 403, cause: 'forbidden', en: 'There is no right to do it', zh: '没有此操作的权限' },
  'not-found': { http: 404, cause: 'unknown-number', en: 'There is no such thing', zh: '未找到' },
  'too-many-requests': {
    http: 429,
    cause: 'failure',
    en: 'Too many requests, wait a minute',
    zh: '请求过于频繁,请稍后再试',
  },
  'too-large': { http: 413, cause: 'failure', en: 'What was sent is too large', zh: '请求内容过大' },
  'too-slow': { http: 408, cause: 'timeout', en: 'What was sent came too slowly', zh: '上传过慢' },
  'no-csrf-token': {
    http: 403,
    cause: 'forbidden',
    en: 'The request lacks the token Pbx-Csrf of the session',
    zh: '缺少防跨站令牌 Pbx-Csrf',
  },
  'no-if-match': {
    http: 428,
    cause: 'failure',
    en: 'Say with If-Match which revision it is about',
    zh: '缺少 If-Match(版本号)',
  },
  'on-hold': {
    http: 409,
    cause: 'failure',
    en: 'It is on hold and may not be deleted',
    zh: '已保全,不能删除',
  },
  'in-use': { http: 409, cause: 'failure', en: 'It is in use now', zh: '正在使用中' },
  'changed-meanwhile': {
    http: 412,
    cause: 'failure',
    en: 'Somebody has changed it meanwhile',
    zh: '对象已被他人修改',
  },
  'unsupported-media-type': {
    http: 415,
    cause: 'failure',
    en: 'This kind of content is not taken here',
    zh: '不支持的内容类型',
  },
  'key-reused': {
    http: 422,
    cause: 'failure',
    en: 'The Idempotency-Key was used for another request',
    zh: 'Idempotency-Key 已用于其他请求',
  },
  'still-running': {
    http: 409,
    cause: 'failure',
    en: 'The first request with this Idempotency-Key has no answer yet',
    zh: '相同 Idempotency-Key 的请求仍在处理',
  },

  // People who sign in.
  'wrong-password': { http: 401, cause: 'forbidden', en: 'Login or password is wrong', zh: '账号或密码错误' },
  'code-needed': {
    http: 401,
    cause: 'forbidden',
    en: 'A code of the authenticator app is needed',
    zh: '需要动态验证码',
  },
  'wrong-code': { http: 401, cause: 'forbidden', en: 'The code is wrong', zh: '动态验证码错误' },
  'must-change-password': {
    http: 403,
    cause: 'forbidden',
    en: 'Change the password first',
    zh: '请先修改密码',
  },
  acting: {
    http: 403,
    cause: 'forbidden',
    en: 'Not while acting as somebody else',
    zh: '代客操作期间不能执行',
  },
  'weak-password': { http: 422, cause: 'failure', en: 'The password is too weak', zh: '密码强度不足' },
  'bad-role': { http: 422, cause: 'failure', en: 'They cannot have this role', zh: '不能授予该角色' },
  'preset-role': {
    http: 409,
    cause: 'failure',
    en: 'A role that comes with pbx400 is not changed',
    zh: '预置角色不能修改',
  },
  'too-many-roles': { http: 422, cause: 'failure', en: 'There are too many roles', zh: '角色数量已达上限' },
  'last-operator': {
    http: 409,
    cause: 'failure',
    en: 'It is the last operator',
    zh: '不能停用最后一个运营商账号',
  },

  // What companies set up.
  'owned-by-file': {
    http: 409,
    cause: 'failure',
    en: 'A file owns it, and it is changed there only',
    zh: '由配置文件管理,只能在文件中修改',
  },
  'in-entity': {
    http: 409,
    cause: 'failure',
    en: 'The list itself has the number',
    zh: '号码写在名单本身,请在名单中修改',
  },
  'still-used': { http: 409, cause: 'failure', en: 'It is still used', zh: '仍被引用,不能删除' },

  // Tables that are imported.
  'bad-sheet': { http: 422, cause: 'failure', en: 'The table cannot be taken', zh: '表格无法导入' },
  'import-errors': {
    http: 422,
    cause: 'failure',
    en: 'Rows of the import are wrong',
    zh: '导入数据有误,请先更正',
  },

  'changed-since': {
    http: 409,
    cause: 'failure',
    en: 'Somebody has changed it since',
    zh: '此后已被他人修改,不能撤销',
  },

  // Long work.
  'too-many-jobs': { http: 429, cause: 'failure', en: 'Too many jobs are under way', zh: '后台任务过多' },
  'not-running': { http: 409, cause: 'failure', en: 'The job is not running here', zh: '任务未在此运行' },

  // The number tester.
  'too-many-simulations': {
    http: 429,
    cause: 'failure',
    en: 'Too many simulations are asked for at once',
    zh: '同时进行的号码测试过多',
  },
  'cannot-simulate': {
    http: 422,
    cause: 'failure',
    en: 'The call cannot be simulated',
    zh: '无法模拟此呼叫',
  },

  // Operations on a talk.
  'wrong-state': {
    http: 409,
    cause: 'failure',
    en: 'The talk is in another state',
    zh: '通话当前状态不允许此操作',
  },
  'not-supported': {
    http: 501,
    cause: 'unsupported',
    en: 'The media engine cannot do it',
    zh: '媒体引擎不支持此操作',
  },
  'no-such-party': {
    http: 404,
    cause: 'failure',
    en: 'Nobody is in that place of the talk',
    zh: '通话中没有该方',
  },
  'slot-taken': { http: 409, cause: 'failure', en: 'Another call is parked there', zh: '驻留位已被占用' },
  'phone-holds': {
    http: 409,
    cause: 'failure',
    en: 'The phone itself holds the call',
    zh: '话机自身仍保持着通话',
  },
  'bad-digits': { http: 400, cause: 'failure', en: 'These are no digits of a telephone', zh: '不是电话按键' },

  // What agents, or others for them, ask.
  'no-such-agent': { http: 404, cause: 'failure', en: 'There is no such agent', zh: '没有该坐席' },
  'no-such-extension': { http: 404, cause: 'failure', en: 'There is no such extension', zh: '没有该分机' },
  'no-such-queue': {
    http: 404,
    cause: 'failure',
    en: 'There is no such queue that lists the agent',
    zh: '没有包含该坐席的队列',
  },
  'signed-out': { http: 409, cause: 'failure', en: 'The agent is signed out', zh: '坐席未签入' },
  'agent-at-work': {
    http: 409,
    cause: 'failure',
    en: 'The agent is on a call, or wraps one up',
    zh: '坐席正在通话或整理中',
  },
  'phone-taken': {
    http: 409,
    cause: 'failure',
    en: 'Another agent is signed in at that phone',
    zh: '该话机上已有其他坐席签入',
  },
  'no-call': { http: 409, cause: 'failure', en: 'The agent has no call', zh: '坐席没有通话' },
  'wrap-up-limit': {
    http: 409,
    cause: 'failure',
    en: 'The queue gives no more time for the wrap-up',
    zh: '队列不再允许延长话后整理',
  },
  'no-such-disposition': {
    http: 422,
    cause: 'failure',
    en: 'The queue has no such disposition',
    zh: '队列没有该话后小结选项',
  },
  'disposition-required': {
    http: 409,
    cause: 'failure',
    en: 'What the call came to has to be said first',
    zh: '须先填写话后小结',
  },
  'no-wrap-up': { http: 409, cause: 'failure', en: 'The agent wraps up no call', zh: '坐席不在话后整理中' },

  // What agents and supervisors do at their desks.
  'no-talk': { http: 409, cause: 'failure', en: 'The agent is in no talk', zh: '坐席当前没有通话' },
  'not-reached': {
    http: 409,
    cause: 'unavailable',
    en: 'Nobody could be reached there',
    zh: '未能接通对方',
  },
  'nothing-rings': {
    http: 409,
    cause: 'unavailable',
    en: 'Nobody rings or waits there',
    zh: '没有可以抢接的来话',
  },
  'wrong-pin': { http: 403, cause: 'forbidden', en: 'The PIN is wrong', zh: '密码错误' },
  'too-many-tries': {
    http: 429,
    cause: 'forbidden',
    en: 'Too many wrong tries, wait a minute',
    zh: '错误次数过多,请稍后再试',
  },

  // Flows.
  'call-ended': { http: 409, cause: 'normal', en: 'The call has ended', zh: '通话已结束' },
  'flow-loop': { http: 500, cause: 'dialplan-error', en: 'The flow runs in circles', zh: '流程陷入循环' },
  'unknown-prompt': {
    http: 404,
    cause: 'dialplan-error',
    en: 'There is no such prompt',
    zh: '没有该语音文件',
  },

  // HTTP to where companies point us.
  'address-refused': {
    http: 422,
    cause: 'failure',
    en: 'This address is not asked',
    zh: '不允许访问该地址',
  },
  'too-many-comments': {
    http: 409,
    cause: 'failure',
    en: 'The call has as many comments as one may have',
    zh: '通话批注数量已达上限',
  },
  'too-many-tasks': {
    http: 409,
    cause: 'failure',
    en: 'The agent has as many open tasks as one may have',
    zh: '该坐席的待办数量已达上限',
  },
  'too-many-links': {
    http: 422,
    cause: 'failure',
    en: 'The wallboard has as many links as it may',
    zh: '大屏链接数量已达上限',
  },
  'too-many-views': {
    http: 422,
    cause: 'failure',
    en: 'There are as many views as one may have',
    zh: '已存视图数量已达上限',
  },
  'too-many-webhooks': {
    http: 422,
    cause: 'failure',
    en: 'The company has as many webhooks as it may',
    zh: '事件推送数量已达上限',
  },
  'outside-failed': {
    http: 502,
    cause: 'failure',
    en: 'The service outside did not answer',
    zh: '外部服务无应答',
  },

  // What companies manage, and where it is kept.
  'change-refused': {
    http: 422,
    cause: 'failure',
    en: 'The change was refused as a whole',
    zh: '变更被整体拒绝',
  },
  'version-outdated': {
    http: 409,
    cause: 'failure',
    en: 'Another version was published meanwhile',
    zh: '期间已发布其他版本',
  },
  'version-state': {
    http: 409,
    cause: 'failure',
    en: 'A version in this state cannot do that',
    zh: '该版本当前状态不允许此操作',
  },
  store: { http: 503, cause: 'failure', en: 'The database could not do it', zh: '数据库操作失败' },
  control: { http: 503, cause: 'failure', en: 'The running PBX did not do it', zh: '运行中的系统未执行' },

  // The command line.
  input: { http: 400, cause: 'failure', en: 'The file cannot be read', zh: '文件无法读取' },
  output: { http: 500, cause: 'failure', en: 'The file cannot be written', zh: '文件无法写入' },
  exists: { http: 409, cause: 'failure', en: 'It exists already', zh: '已存在' },

  // SIP.
  'edge-status': { http: 502, cause: 'failure', en: 'The far end refused it', zh: '对端拒绝' },
  sdp: { http: 400, cause: 'not-acceptable', en: 'The text is no SDP', zh: 'SDP 无法解析' },
  'drachtio-frame': { http: 502, cause: 'failure', en: 'drachtio sent no frame', zh: 'drachtio 协议帧有误' },
  'drachtio-none': {
    http: 503,
    cause: 'edge-lost',
    en: 'No drachtio-server answers',
    zh: '没有可用的 drachtio-server',
  },

  ...MEDIA_ERROR_CODES,
});

export type ErrorCode = keyof typeof ERROR_CODES;

/** Whether a code is one of ours: others come from the operating system and from packages. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code);
}
