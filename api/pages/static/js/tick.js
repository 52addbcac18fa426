// A second hand. In a worker, because timers of a page in the background are slowed down.
setInterval(() => postMessage(null), 500);
