"""Write the list of all parts of the installation (SBOM, CycloneDX JSON), with their licences."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Write it to the file that is named, else to ``dist/sbom.cdx.json``; further options go to cyclonedx-py."""
    out = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "dist" / "sbom.cdx.json")
    out.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "cyclonedx_py", "environment", "--pyproject", ROOT / "pyproject.toml",
                    "--output-reproducible", "--of", "JSON", "-o", out, *sys.argv[2:], sys.executable], check=True)


if __name__ == "__main__":
    main()
