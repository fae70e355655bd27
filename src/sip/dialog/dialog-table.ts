import type { SipRequest } from '../message/index.ts';
import { type Dialog, dialogKey } from './dialog.ts';

/** A dialog and what uses it. */
export interface DialogEntry<Usage> {
  readonly dialog: Dialog;
  readonly usage: Usage;
}

/** All dialogs of one edge, found by Call-ID and tags (RFC 3261 12). `Usage` is what requests in a dialog go to. */
export class DialogTable<Usage> {
  readonly #entries = new Map<string, DialogEntry<Usage>>();
  /** By the key from before they were retagged. */
  readonly #retagged = new Map<string, Dialog>();

  get size(): number {
    return this.#entries.size;
  }

  add(dialog: Dialog, usage: Usage): void {
    this.#entries.set(dialog.key, { dialog, usage });
  }

  remove(dialog: Dialog): void {
    this.#entries.delete(dialog.key);
    if (dialog.formerKey !== undefined) this.#retagged.delete(dialog.formerKey);
  }

  /** The dialog is known by another local tag from now on; {@link byKey} finds it by its former key as well. */
  retag(dialog: Dialog, localTag: string): void {
    const entry = this.#entries.get(dialog.key);
    if (!entry) return;
    this.#entries.delete(dialog.key);
    this.#retagged.set(dialog.key, dialog);
    dialog.retag(localTag);
    this.#entries.set(dialog.key, entry);
  }

  /** The dialog that a request of the other end belongs to: our tag stands in To (RFC 3261 12.2.2). */
  ofRequest(request: SipRequest): DialogEntry<Usage> | undefined {
    return this.find(request.callId, request.to.tag, request.from.tag);
  }

  find(callId: string, localTag: string, remoteTag: string): DialogEntry<Usage> | undefined {
    return this.#entries.get(dialogKey(callId, localTag, remoteTag));
  }

  /** The dialog of a key, see {@link Dialog.key}. */
  byKey(key: string): DialogEntry<Usage> | undefined {
    return this.#entries.get(key) ?? this.#entries.get(this.#retagged.get(key)?.key ?? '');
  }

  clear(): void {
    this.#entries.clear();
    this.#retagged.clear();
  }

  /** Every usage, each as often as it has dialogs. */
  *usages(): Generator<Usage> {
    for (const entry of this.#entries.values()) yield entry.usage;
  }
}
