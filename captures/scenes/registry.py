"""What can be played: each scene is a function whose docstring says what its capture shows."""
import inspect

SCENES = {}


class Scene:
    def __init__(self, play, options):
        self.name = options.get('name', play.__name__.replace('_', '-'))
        self.play = play
        self.shows = ' '.join(inspect.getdoc(play).split())
        self.interface = options.get('interface', 'lo')
        self.snaplen = options.get('snaplen')
        self.filter = options.get('filter')
        #: octets that a packet on lo may have; None as it is
        self.mtu = options.get('mtu')
        #: a kernel setting of the namespace as (file below /proc/sys, value); None for none
        self.setting = options.get('setting')
        self.needs_ws = options.get('needs_ws', False)
        #: whether node's socket.io and sockjs play it
        self.needs_web = options.get('needs_web', False)
        #: options of packetlab impair, behind whose wire it is played and recorded; None for a plain loopback
        self.wire = options.get('wire')


def scene(**options):
    """A generator is played up to its yield before the recording begins."""
    def add(play):
        made = Scene(play, options)
        SCENES[made.name] = made
        return play
    return add
