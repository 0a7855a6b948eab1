"""Runs Python code as `python` does, and leaves without taking down the threads of native libraries.

python python-launcher.py SCRIPT ARGS…     or     python python-launcher.py -c CODE ARGS…

At the end of a process that used delta-rs or Arrow, the destructors of their thread pools run beside threads that still live:
now and then the C++ runtime says "terminate called without an active exception" and aborts, after all was done and printed.
"""

import os
import sys
import traceback


def run(what, arguments):
    """What stands for `__main__`, run to its end: the exit code."""
    try:
        if what == "-c":
            code, *arguments = arguments
            origin, folder = "<string>", ""
        else:
            with open(what, "rb") as file:
                code = file.read()
            origin, folder = what, os.path.dirname(os.path.realpath(what))
            main.__file__ = what
        sys.argv[:] = [what, *arguments]
        sys.path[0] = folder
        exec(compile(code, origin, "exec"), main.__dict__)
        return 0
    except SystemExit as leaving:
        if leaving.code is None or isinstance(leaving.code, int):
            return int(leaving.code or 0) & 0xFF
        print(leaving.code, file=sys.stderr)
        return 1
    except BaseException as error:
        # Not the frame of this file.
        traceback.print_exception(type(error), error, error.__traceback__.tb_next)
        return 1


def leave(code):
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            code = code or 120
    os._exit(code)


if __name__ == "__main__":
    given = sys.argv[1:]
    main = sys.modules["__main__"] = type(sys)("__main__")
    main.__builtins__ = __builtins__
    leave(run(given[0], given[1:]))
