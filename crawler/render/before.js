// What could reach the network past the proxy is taken away.
for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "RTCDataChannel", "WebTransport", "SharedWorker"]) {
  try { Object.defineProperty(globalThis, name, {value: undefined}); } catch {}
}
// Nobody looks, so that frames are not drawn, and those who wait for one would wait
// in vain: the page's clock tells them.
globalThis.requestAnimationFrame = callback => setTimeout(() => callback(performance.now()), 16);
globalThis.cancelAnimationFrame = id => clearTimeout(id);
globalThis.requestIdleCallback = callback => setTimeout(() => callback({didTimeout: false, timeRemaining: () => 50}), 1);
globalThis.cancelIdleCallback = id => clearTimeout(id);
