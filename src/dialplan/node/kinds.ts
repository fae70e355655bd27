/** The registry of all kinds of nodes: a new one is its file and a line here. */
import { announce } from './announce.ts';
import { announcements } from './announcements.ts';
import { byArea } from './by-area.ts';
import { byCaller } from './by-caller.ts';
import { byCarrier } from './by-carrier.ts';
import { byPercent } from './by-percent.ts';
import { byTrunk } from './by-trunk.ts';
import { byVariable } from './by-variable.ts';
import { callback } from './callback.ts';
import { conference } from './conference.ts';
import { dial } from './dial.ts';
import { dialThrough } from './dial-through.ts';
import { extension } from './extension.ts';
import { gather } from './gather.ts';
import { goto } from './goto.ts';
import { group } from './group.ts';
import { hangup } from './hangup.ts';
import { http } from './http.ts';
import { language } from './language.ts';
import { menu } from './menu.ts';
import type { NodeKind } from './node-kind.ts';
import { play } from './play.ts';
import { queue } from './queue.ts';
import { recordMessage } from './record-message.ts';
import { schedule } from './schedule.ts';
import { script } from './script.ts';
import { set } from './set.ts';
import { subflow } from './subflow.ts';
import { survey } from './survey.ts';
import { transfer } from './transfer.ts';
import type { FlowNode, Nodes, NodeType } from './tree.ts';
import { voicemail } from './voicemail.ts';

export const KINDS: { readonly [Type in NodeType]: NodeKind<Nodes[Type]> } = {
  announce,
  announcements,
  byArea,
  byCaller,
  byCarrier,
  byPercent,
  byTrunk,
  byVariable,
  callback,
  conference,
  dial,
  dialThrough,
  extension,
  gather,
  goto,
  group,
  hangup,
  http,
  language,
  menu,
  play,
  queue,
  recordMessage,
  schedule,
  script,
  set,
  subflow,
  survey,
  transfer,
  voicemail,
};

/** The kind of a node that was proved to be one. */
export function kindOf(node: FlowNode): NodeKind {
  return KINDS[node.type] as NodeKind;
}
