// A socket that comes back: a first word, then whatever the other side says.

export function line(path, first, hears, changes) {
  let socket;
  let wait = 250;
  let over = false;
  const open = () => {
    // Behind a tunnel the page may have come by https, and then no browser opens a plain socket.
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    socket = new WebSocket(`${scheme}://${location.host}${path}`);
    socket.onopen = () => {
      if (first) socket.send(first);
    };
    socket.onmessage = ({ data }) => {
      wait = 250;
      changes?.('open');
      hears(JSON.parse(data));
    };
    socket.onclose = ({ code }) => {
      over = code === 4001;
      changes?.(over ? 'refused' : code === 1001 ? 'over' : code === 1013 ? 'full' : 'lost');
      // Everybody comes back, and not all at once.
      if (!over) setTimeout(open, wait * (0.5 + Math.random()));
      wait = Math.min(wait * 2, 8000);
    };
  };
  open();
  return (message) => {
    const open = socket.readyState === WebSocket.OPEN;
    if (open) socket.send(JSON.stringify(message));
    return open;
  };
}
