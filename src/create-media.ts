import type { Config } from './config/config.ts';
import type { SipEdge } from './edge/edge.ts';
import { EmbeddedMediaEngine } from './media/embedded/embedded-media-engine.ts';
import type { MediaEngine } from './media/media.ts';
import { NullMediaEngine } from './media/null/null-engine.ts';
import type { Clock } from './shared/clock.ts';
import { systemIds } from './shared/ids.ts';
import type { Logger } from './shared/logger.ts';

/** Builds the media engine that the configuration names. */
export async function createMedia(
  config: Config,
  clock: Clock,
  logger: Logger,
  sip: SipEdge,
): Promise<MediaEngine> {
  const { engine, host, advertise, portMin, portMax, workers, rtpengine, freeswitch } = config.media;
  switch (engine) {
    case 'null':
      return new NullMediaEngine({ clock, ids: systemIds });
    case 'rtpengine': {
      const { RtpengineMediaEngine } = await import('./media/rtpengine/rtpengine-engine.ts');
      return new RtpengineMediaEngine({ clock, ids: systemIds, ...rtpengine! });
    }
    case 'freeswitch': {
      const { FreeswitchMediaEngine } = await import('./media/freeswitch/freeswitch-engine.ts');
      return new FreeswitchMediaEngine({ clock, ids: systemIds, sip, ...freeswitch! });
    }
    case 'embedded':
      return new EmbeddedMediaEngine({
        ids: systemIds,
        logger,
        host,
        portMin,
        portMax,
        ...(advertise === undefined ? {} : { advertise }),
        ...(workers === undefined ? {} : { workers }),
      });
  }
}
