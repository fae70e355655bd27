/**
 * `pbx400/client`: the API of a PBX from Node and from pages, without any package.
 *
 * @example
 * const pbx = pbxClient({ url: 'https://pbx.example.com', key: 'pbx_...' });
 * for await (const event of pbx.stream({ topics: ['agents/8001'] }))
 *   if (event.type === 'call.ringing') console.log(event.data.caller, event.data.area);
 */
export type { EventType, PublicEvent, PublicFacts, QueueGauge } from '../stream/event-types.ts';
export type { Snapshot } from '../stream/messages.ts';
export type { Answer, Asked, OperationName, RequestOptions } from './asker.ts';
export { type PbxClient, type PbxOptions, pbxClient } from './client.ts';
export type { BodyOf, Collection, Collections, ItemOf, ListName, QueryOf } from './collection.ts';
export { EventStream, type StreamOptions, type WebSocketClass } from './event-stream.ts';
export type { MergePatch, Operations, Problem } from './operations.ts';
export { PbxError } from './pbx-error.ts';
export { type Backoff, idempotencyKey } from './waiting.ts';
