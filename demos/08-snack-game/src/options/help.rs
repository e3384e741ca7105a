//! What there is to ask for, in eighty columns.

/// What `--help` says.
pub const HELP: &str = "\
08-snack-game: Snack Rush, the game that the whole room plays

Swipe to turn, run over snacks, four teams, a minute a round. Phones play in a
browser, and so does this machine: open the address that is printed.

Usage: cargo run -p demo-08-snack-game -- [OPTIONS]
       cargo run -p demo-08-snack-game -- replay FILE

  --audience           for phones, too: listens on every interface, prints the
                       address and a code to scan
  --listen ADDR:PORT   where to listen              [default: 127.0.0.1:7008]
  --bots N             players that come along      [default: 12]
  --seats N            seats of a room, up to 1024  [default: 160]
  --max-players N      players in all rooms         [default: 5000]
  --round-seconds S    how long a round lasts       [default: 60]
  --podium-seconds S   and how long the podium      [default: 10]
  --seconds S          how long to serve            [default: 0, until Ctrl-C]
  --data DIR           scores and rounds are kept here
                       [default: your own data folder, snack-rush in it]
  --peers URL,...      other servers, for whoever finds no seat here
  --directory URL      several servers as one: redis://HOST:PORT[/DB]
  --public URL         where the others send players to
                       [default: where it listens]
  --origin URL         a page from there may play here (again for another one)
  --token-file FILE    who knows the token may see /metrics and /xray from
                       elsewhere; without one only this machine may
  --grace-seconds S    the seat of a lost phone is kept      [default: 30]
  --drain-seconds S    at the end a round may go on for      [default: 20]
  --behind-seconds S   who is behind is shown out after      [default: 5]
  --per-address N      connections from one address, 0: any  [default: 2000,
                       and any number from this machine]
  --keep               a second, small process holds the players' lines and the
                       rooms: a crash, or SIGUSR2 for the program that is on
                       the disk now, and nobody's line breaks (Linux)
  --log json|pretty    [default: pretty on a terminal, json into a pipe]
  --help               this text

  replay FILE          plays a round that was kept (DIR/rounds/) once more, and
                       tells whether it came out the same

Ctrl-C, or SIGTERM, ends it well: nobody new, the round ends, the scores are
stored, everybody is told, and has their seat again when it is started again
within the grace. A second one ends it at once. It ends with status 0 when it
served to the end, and with 1 when it could not do what was asked.";
