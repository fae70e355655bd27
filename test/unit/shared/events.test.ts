import { afterEach, describe, expect, it } from 'vitest';
import { setListenerErrorHandler, TypedEvents } from '../../../src/shared/events.ts';

interface Facts {
  rang: number;
  ended: string;
}

afterEach(() => setListenerErrorHandler(() => {}));

describe('TypedEvents', () => {
  it('tells listeners of the event in the order of their registration, until they are removed', () => {
    const events = new TypedEvents<Facts>();
    const heard: string[] = [];
    const subscription = events.on('rang', (count) => heard.push(`a${count}`));
    events.on('rang', (count) => heard.push(`b${count}`));
    events.on('ended', (why) => heard.push(why));
    events.emit('rang', 1);
    subscription.off();
    subscription.off();
    events.emit('rang', 2);
    expect(heard).toEqual(['a1', 'b1', 'b2']);
    expect([events.count(), events.count('rang')]).toEqual([2, 1]);
  });

  it('tells once only once, also when it emits again from within', () => {
    const events = new TypedEvents<Facts>();
    let heard = 0;
    events.once('rang', () => {
      heard += 1;
      events.emit('rang', 2);
    });
    events.emit('rang', 1);
    expect([heard, events.count()]).toEqual([1, 0]);
  });

  it('leaves out who was removed, and who was added, while the event is being told', () => {
    const events = new TypedEvents<Facts>();
    const heard: string[] = [];
    events.on('rang', () => {
      second.off();
      events.on('rang', () => heard.push('late'));
    });
    const second = events.on('rang', () => heard.push('second'));
    events.on('rang', () => heard.push('third'));
    events.emit('rang', 1);
    expect(heard).toEqual(['third']);
  });

  it('goes on after a listener that throws, and says so', () => {
    const events = new TypedEvents<Facts>();
    const errors: unknown[] = [];
    setListenerErrorHandler((error, event) => errors.push([(error as Error).message, event]));
    let heard = 0;
    events.on('rang', () => {
      throw new Error('boom');
    });
    events.on('rang', () => {
      heard += 1;
    });
    events.emit('rang', 1);
    expect([heard, errors]).toEqual([1, [['boom', 'rang']]]);
  });

  it('reaches every listener of an event although the first one clears', () => {
    const events = new TypedEvents<Facts>();
    let heard = 0;
    events.on('ended', () => events.clear());
    events.on('ended', () => {
      heard += 1;
    });
    events.emit('ended', 'normal');
    events.emit('ended', 'normal');
    expect([heard, events.count()]).toEqual([1, 0]);
  });
});
