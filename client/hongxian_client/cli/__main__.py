"""`python -m hongxian_client.cli`: how a launcher runs a version."""

from hongxian_client.cli.main import main

if __name__ == "__main__":
    main()
