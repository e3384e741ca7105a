//! The text of `--help`, in eighty columns.

/// What `--help` prints.
pub const HELP: &str = "\
08-snack-game: Snack Rush, the game that the whole room plays

Swipe to turn, run over snacks, four teams, a minute a round. Phones play in a
browser, and so does this machine: open the address that is printed.

Usage: cargo run -p demo-08-snack-game -- [OPTIONS]
       cargo run -p demo-08-snack-game -- replay FILE

  --audience           for phones, too: listens on every interface, prints the
                       address and a QR code
  --listen ADDR:PORT   where to listen              [default: 127.0.0.1:7008]
  --bots N             bots to play with            [default: 12]
  --seats N            seats of a room, up to 1024  [default: 160]
  --max-players N      players in all rooms         [default: 5000]
  --round-seconds S    length of a round            [default: 60]
  --podium-seconds S   length of the podium         [default: 10]
  --seconds S          how long to serve            [default: 0, until Ctrl-C]
  --data DIR           where scores and rounds are kept
                       [default: snack-rush in your own data folder]
  --peers URL,...      other servers, for players who find no seat here
  --directory URL      several servers as one: redis://HOST:PORT[/DB]
  --public URL         where players are sent: by its QR code, and by the other
                       servers, such as https://play.example.org/game/ behind a
                       proxy                      [default: where it listens]
  --trusted-proxy ADDR a proxy that says which client it asks for, such as
                       127.0.0.1 or 10.0.0.0/8; can be repeated
  --origin URL         pages from there may play here; can be repeated
  --token-file FILE    the token in it opens /metrics and /api/xray
                       [default: operator-token in the data folder, which the
                       first start makes]
  --grace-seconds S    how long a lost phone's seat is held        [default: 30]
  --drain-seconds S    how long a round may last at a shutdown     [default: 20]
  --behind-seconds S   how long a phone may stay behind            [default: 5]
  --per-address N      connections from one IP address, 0: no limit
                       [default: 2000, and no limit for this machine]
  --keep               a second, small process, the supervisor, holds the
                       players' sockets and the rooms' snapshots: they survive a
                       crash, and SIGUSR2, which starts the program that is on
                       the disk now (Linux)
  --log json|pretty    [default: pretty on a terminal, json into a pipe]
  --help               this text

  replay FILE          plays a stored round (DIR/rounds/) again, and says
                       whether the result is the same

Ctrl-C or SIGTERM shuts down gracefully: no new players, the round ends, scores
are stored, every client is closed, and players find their seats if the server
is started again within the grace period. A second Ctrl-C exits at once. The
exit status is 0 after serving, 130 after a second Ctrl-C, and 1 if it could
not do what was asked.";
