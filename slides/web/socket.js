// A WebSocket that connects again when it is lost. It sends `first`, then receives states as JSON.

// Calls `onState` for each state, and `onChange` with 'open', 'refused' (the token is wrong),
// 'over' (the talk has ended), 'full' (too many phones) or 'lost'. Returns a function that sends a
// message, and returns whether the socket was open.
export function connect(path, first, onState, onChange) {
  let socket;
  let wait = 250;
  const open = () => {
    // A page that came by https, through a tunnel, may not open an unencrypted socket.
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    socket = new WebSocket(`${scheme}://${location.host}${path}`);
    socket.onopen = () => {
      if (first) socket.send(first);
    };
    socket.onmessage = ({ data }) => {
      wait = 250;
      onChange?.('open');
      onState(JSON.parse(data));
    };
    socket.onclose = ({ code }) => {
      const refused = code === 4001;
      onChange?.(refused ? 'refused' : code === 1001 ? 'over' : code === 1013 ? 'full' : 'lost');
      // A random wait, so that the phones do not all connect at the same moment.
      if (!refused) setTimeout(open, wait * (0.5 + Math.random()));
      wait = Math.min(wait * 2, 8000);
    };
  };
  open();
  return (message) => {
    const isOpen = socket.readyState === WebSocket.OPEN;
    if (isOpen) socket.send(JSON.stringify(message));
    return isOpen;
  };
}
