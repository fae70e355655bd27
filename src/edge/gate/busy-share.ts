import { performance } from 'node:perf_hooks';

/** A function that tells the share of time in which the event loop was busy since its last call, 0 to 1. */
export function eventLoopBusyShare(): () => number {
  let last = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return utilization;
  };
}

/** A function that tells the share of time in which this thread was on a processor since its last call, 0 to 1. */
export function threadCpuShare(): () => number {
  let lastCpu = process.threadCpuUsage();
  let lastMs = performance.now();
  return () => {
    const cpu = process.threadCpuUsage(lastCpu);
    const nowMs = performance.now();
    const elapsedMs = nowMs - lastMs;
    lastCpu = process.threadCpuUsage();
    lastMs = nowMs;
    return elapsedMs > 0 ? Math.min(1, (cpu.user + cpu.system) / 1000 / elapsedMs) : 0;
  };
}
