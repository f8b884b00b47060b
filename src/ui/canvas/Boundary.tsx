/** A view that fails says so in its own place; the rest of the page goes on. */
import { Component, type ReactNode } from 'react';

interface Props {
  readonly name: string;
  readonly children: ReactNode;
}

export class Boundary extends Component<Props, { readonly message: string | undefined }> {
  override state = { message: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactNode {
    if (this.state.message === undefined) return this.props.children;
    return (
      <div className="boundary" role="alert">
        <p>
          {this.props.name} cannot be drawn: {this.state.message}. The cluster itself goes on.
        </p>
        <button type="button" onClick={() => this.setState({ message: undefined })}>
          Draw it again
        </button>
      </div>
    );
  }
}
